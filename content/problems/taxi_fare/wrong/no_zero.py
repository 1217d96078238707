def taxi_fare(distance):
    if distance <= 2:
        return 8
    if distance <= 10:
        return 8 + (distance - 2) * 3
    return 32 + (distance - 10) * 2
