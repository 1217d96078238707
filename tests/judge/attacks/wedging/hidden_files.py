# Hides more files than allowed in a directory that cannot be listed.
# outcome: strict ok, files file_limit
# control: none — its own matter without a judge
import os

try:
    os.mkdir("hidden", 0o300)
    for number in range(1000):
        os.close(os.open(f"hidden/{number}", os.O_CREAT | os.O_WRONLY))
    print("made", number + 1)
except OSError as error:
    print("refused:", error)
