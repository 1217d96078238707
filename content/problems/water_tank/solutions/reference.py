def days_of_water(litres, daily_use):
    days = 0
    while litres >= daily_use:
        litres -= daily_use
        days += 1
        if days % 7 == 0:
            litres += 50
    return days
