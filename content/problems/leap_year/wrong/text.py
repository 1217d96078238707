def is_leap_year(year):
    if year % 100 == 0:
        return str(year % 400 == 0)
    return str(year % 4 == 0)
