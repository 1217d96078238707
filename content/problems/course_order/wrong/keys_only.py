def course_order(needs):
    waiting = {lesson: set(before) & set(needs) for lesson, before in needs.items()}
    order = []
    while waiting:
        ready = [lesson for lesson, before in waiting.items() if before.issubset(order)]
        if not ready:
            raise ValueError("lessons need one another in a circle")
        order.append(min(ready))
        del waiting[order[-1]]
    return order
