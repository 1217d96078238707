from collections import deque


def steps_to_goal(plan):
    fields = {(r, c): sign for r, row in enumerate(plan) for c, sign in enumerate(row)}
    start = next(place for place, sign in fields.items() if sign == "S")
    steps = {start: 0}
    queue = deque([start])
    while queue:
        place = queue.popleft()
        if fields[place] == "G":
            return steps[place]
        r, c = place
        for near in [(r + 1, c), (r, c + 1)]:
            if fields.get(near, "#") != "#" and near not in steps:
                steps[near] = steps[place] + 1
                queue.append(near)
    return -1
