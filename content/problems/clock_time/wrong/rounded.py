def clock_time(minutes):
    hours = round(minutes / 60) % 24
    return f"{hours:02}:{minutes % 60:02}"
