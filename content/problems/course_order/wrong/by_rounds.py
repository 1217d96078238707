def course_order(needs):
    waiting = {lesson: set(before) for lesson, before in needs.items()}
    for before in needs.values():
        for lesson in before:
            waiting.setdefault(lesson, set())
    order = []
    while waiting:
        ready = sorted(lesson for lesson, before in waiting.items() if before.issubset(order))
        if not ready:
            raise ValueError("lessons need one another in a circle")
        for lesson in ready:
            order.append(lesson)
            del waiting[lesson]
    return order
