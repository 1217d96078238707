number = int(input())
rows = int(input())

for row in range(1, rows + 1):
    print(f"{number} x {row} = {row * number}")
