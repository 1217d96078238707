def temperature_span(readings):
    lowest = highest = readings[0]
    for reading in readings:
        if reading < lowest:
            lowest = reading
        if reading > highest:
            highest = reading
    return lowest, highest, highest - lowest
