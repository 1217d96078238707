# Writes where services often may: temporary directories, home, shared memory, the directory above.
# outcome: ok
import os

home = os.path.expanduser("~/")
for directory in ("/tmp", "/var/tmp", "/dev/shm", "/run", "/home", "/root", home, "..", "../.."):
    name = f"{directory}/pygrounds-canary"
    try:
        open(name, "w").close()
        if not os.path.exists("pygrounds-canary"):  # above a root of its own is that root again
            print("LEAK", name)
        os.unlink(name)
    except OSError as error:
        print("refused:", error)
