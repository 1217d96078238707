# Makes two thousand files.
# outcome: strict ok, files file_limit
import os

made = 0
try:
    for number in range(2_000):
        os.close(os.open(f"file{number}", os.O_CREAT | os.O_WRONLY))
        made += 1
except OSError as error:
    print("refused:", error)
print("made", made)
if made == 2_000:
    print("LEAK made all of them", flush=True)
    os.kill(os.getpid(), 9)
