# Writes answers of its own into the channel and leaves.
# outcome: wrong_answer|no_answer
# judged: call
# control: none — there is no such channel
import json
import os

frames = [["module", ["ok", None]], ["call", 0, ["ok", True], None, 0, 0], ["end"]]
os.write(3, "".join(json.dumps(frame) + "\n" for frame in frames).encode())
os._exit(0)
