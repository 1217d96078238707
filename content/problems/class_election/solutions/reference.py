votes = {}
while True:
    name = input().strip().title()
    if name == "End":
        break
    if name:
        votes[name] = votes.get(name, 0) + 1

for name, count in sorted(votes.items(), key=lambda item: (-item[1], item[0])):
    print(f"{name}: {count}")
if not votes:
    print("no votes")
