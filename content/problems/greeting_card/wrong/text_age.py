name = input().strip()
age = input()

greeting = f"Happy birthday, {name}!"
print(greeting)
print(f"Next year you will be {age}1.")
print("*" * len(greeting))
