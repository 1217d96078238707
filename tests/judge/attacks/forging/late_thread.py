# Answers nothing and lets a thread write the right-looking answer later.
# outcome: wrong_answer|no_answer|time_limit|output_limit
# modes: files
# limits: wall=1
# judged: call
# control: none — there is no such channel
import os
import threading
import time


def later():
    for _ in range(50):
        time.sleep(0.004)
        os.write(3, b'["call",0,["ok",true],null,0,0]\n["end"]\n')


threading.Thread(target=later, daemon=True).start()


def answer(x):
    return None
