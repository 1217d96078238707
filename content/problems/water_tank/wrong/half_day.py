def days_of_water(litres, daily_use):
    days = 0
    while litres > 0:
        litres -= daily_use
        days += 1
        if days % 7 == 0:
            litres += 50
    return days
