def busy_times(bookings):
    times = []
    for start, end in sorted(bookings):
        if times and start <= times[-1][1]:
            times[-1] = (times[-1][0], max(end, times[-1][1]))
        else:
            times.append((start, end))
    return times
