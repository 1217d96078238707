number = int(input())
rows = int(input())

for row in range(rows):
    print(f"{row} x {number} = {row * number}")
