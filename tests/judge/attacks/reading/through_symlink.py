# Makes a link to the secret in its own directory and reads through it.
# outcome: ok
import json
import os

targets = json.loads(input())
for make in (os.symlink, os.link):
    for source in (targets["secret_file"], "/etc/passwd"):
        try:
            make(source, "link")
            print("LEAK", open("link").read())
            os.unlink("link")
        except OSError as error:
            print("refused:", error)
