def clock_time(minutes):
    hours = minutes // 60 % 24
    return str(hours) + ":" + str(minutes % 60)
