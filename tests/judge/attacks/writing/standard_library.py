# Plants code where the next interpreter would import it.
# outcome: ok
# control: none — the library belongs to root
import json
import os

for module in (json, os):
    for name in (module.__file__, os.path.dirname(module.__file__) + "/sitecustomize.py"):
        try:
            open(name, "a").close()
            print("LEAK", name)
        except OSError as error:
            print("refused:", error)
