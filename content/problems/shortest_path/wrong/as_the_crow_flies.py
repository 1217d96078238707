def steps_to_goal(plan):
    places = {}
    for r, row in enumerate(plan):
        for c, sign in enumerate(row):
            places[sign] = (r, c)
    (r1, c1), (r2, c2) = places["S"], places["G"]
    return abs(r1 - r2) + abs(c1 - c2)
