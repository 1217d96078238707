def collatz_steps(number):
    steps = 0
    while number != 1:
        if number % 2 == 0:
            number = number // 2
        if number % 2 == 1 and number != 1:
            number = 3 * number + 1
        steps += 1
    return steps
