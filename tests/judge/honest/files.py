# Files in the current directory: open, pathlib, os, shutil, tempfile, glob, json, zip, gzip.
# modes: files
# prints:
#   one
#   two 8 True
#   ['data', 'notes.txt'] ['data/a.json', 'data/b.json']
#   {'n': 1} ['notes.txt']
#   b'zipped' True True
#   gone False
import glob
import gzip
import json
import os
import shutil
import tempfile
import zipfile
from pathlib import Path

with open("notes.txt", "w", encoding="utf-8") as file:
    file.write("one\ntwo\n")
with open("notes.txt", encoding="utf-8") as file:
    print(*(line.strip() for line in file), sep="\n", end=" ")
print(os.path.getsize("notes.txt"), Path("notes.txt").exists())
Path("data").mkdir()
for name, number in (("a", 1), ("b", 2)):
    Path("data", f"{name}.json").write_text(json.dumps({"n": number}))
print(sorted(os.listdir()), sorted(glob.glob("data/*.json")))
print(json.loads(Path("data/a.json").read_text()), [path.name for path in Path().glob("*.txt")])
shutil.copy2("notes.txt", "copy.txt")
with zipfile.ZipFile("x.zip", "w") as archive, gzip.open("x.gz", "wb") as packed:
    archive.write("copy.txt")
    packed.write(b"zipped")
with tempfile.TemporaryDirectory() as directory, tempfile.NamedTemporaryFile() as named:
    touched = Path(directory, "x")
    touched.touch()
    print(gzip.open("x.gz").read(), os.path.exists(named.name), touched.exists())
shutil.rmtree("data")
os.rename("copy.txt", "moved.txt")
os.remove("moved.txt")
print("gone", Path("data").exists() or Path("moved.txt").exists())
