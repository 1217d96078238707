# Reads a world-readable file through every function of the library that opens one.
# outcome: ok
import codecs
import fileinput
import importlib.machinery
import io
import json
import linecache
import os
import pathlib
import runpy
import shutil
import tokenize
import zipfile

path = json.loads(input())["secret_file"]
readers = {
    "open": lambda: open(path).read(),
    "io.FileIO": lambda: io.FileIO(path).readall(),
    "io.open_code": lambda: io.open_code(path).read(),
    "os.open": lambda: os.read(os.open(path, os.O_RDONLY), 100),
    "os.open path": lambda: os.read(os.open(f"/proc/self/fd/{os.open(path, os.O_PATH)}", os.O_RDONLY), 100),
    "pathlib": lambda: pathlib.Path(path).read_bytes(),
    "codecs": lambda: codecs.open(path).read(),
    "fileinput": lambda: list(fileinput.input([path])),
    "linecache": lambda: linecache.getlines(path)[0],
    "tokenize": lambda: tokenize.open(path).read(),
    "loader": lambda: importlib.machinery.SourceFileLoader("x", path).get_data(path),
    "runpy": lambda: runpy.run_path(path),
    "copy": lambda: shutil.copyfile(path, "/dev/stdout"),
    "zip": lambda: zipfile.ZipFile(path).namelist(),
    "truncating": lambda: open(path, "r+").read(),
}
for name, read in readers.items():
    try:
        print(name, read())
    except (OSError, IndexError, ImportError, SyntaxError, NameError, zipfile.BadZipFile) as error:
        print(name, "refused:", type(error).__name__)
