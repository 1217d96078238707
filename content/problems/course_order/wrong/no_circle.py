def course_order(needs):
    waiting = {lesson: set(before) for lesson, before in needs.items()}
    for before in needs.values():
        for lesson in before:
            waiting.setdefault(lesson, set())
    order = []
    while waiting:
        ready = [lesson for lesson, before in waiting.items() if before.issubset(order)]
        if not ready:
            break
        order.append(min(ready))
        del waiting[order[-1]]
    return order
