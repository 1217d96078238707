def taxi_fare(distance):
    if distance == 0:
        return 0
    fare = 8
    for kilometre in range(3, distance + 1):
        if kilometre <= 10:
            fare += 3
        else:
            fare += 2
    return fare
