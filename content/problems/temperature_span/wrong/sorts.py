def temperature_span(readings):
    readings.sort()
    return readings[0], readings[-1], readings[-1] - readings[0]
