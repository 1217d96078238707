# Catches whatever could end it, again and again.
# outcome: time_limit
# limits: wall=0.2
# control: hangs
while True:
    try:
        while True:
            pass
    except BaseException:
        continue
    finally:
        continue
