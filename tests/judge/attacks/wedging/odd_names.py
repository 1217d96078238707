# Leaves files with names that are no text, with line ends, and of greatest length.
# outcome: ok
# control: none — its own matter without a judge
import os

try:
    for name in (b"\xff\xfe", b"line\nend", b"\x1b[2J", b"x" * 255, b"-rf", b"\xed\xa0\x80", "é".encode()):
        os.close(os.open(name, os.O_CREAT | os.O_WRONLY))
        os.mkdir(name[:200] + b".d")
except OSError as error:
    print("refused:", error)
