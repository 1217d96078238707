number = int(input())
rows = int(input())

for row in range(1, rows + 1):
    print(f"{row} x {number} = {row * number}")
