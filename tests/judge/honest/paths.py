# Pure paths, without touching a file.
# prints:
#   c.tar.gz c.tar .gz /a/b
#   a/b/d True ('a', 'b')
#   x.txt ('/etc', 'passwd') .py
import os.path
from pathlib import PurePath, PurePosixPath, PureWindowsPath

path = PurePosixPath("/a/b/c.tar.gz")
print(path.name, path.stem, path.suffix, path.parent)
print(PurePath("a") / "b" / "d", PurePosixPath("a/b").is_relative_to("a"), PurePath("a/b").parts)
print(PureWindowsPath(r"C:\d\x.txt").name, os.path.split("/etc/passwd"), os.path.splitext("m.py")[1])
