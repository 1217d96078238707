def days_of_water(litres, daily_use):
    return litres // daily_use
