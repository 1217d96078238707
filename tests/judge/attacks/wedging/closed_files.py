# Leaves files that their own user may neither read nor list nor remove.
# outcome: ok|file_limit
# control: none — its own matter without a judge
import os

try:
    os.close(os.open("unreadable", os.O_CREAT | os.O_WRONLY, 0))
    os.mkdir("unlistable", 0o300)
    for number in range(20):
        os.close(os.open(f"unlistable/{number}", os.O_CREAT | os.O_WRONLY, 0))
    os.mkdir("readonly", 0o500)
    os.umask(0o777)
    open("nothing", "w").close()
    os.mkdir("sealed")
except OSError as error:
    print("refused:", error)
