def temperature_span(readings):
    lowest, highest = 1000, -1000
    for reading in readings:
        if reading < lowest:
            lowest = reading
        elif reading > highest:
            highest = reading
    return lowest, highest, highest - lowest
