# Connects to abstract unix sockets, which no file permission guards.
# outcome: ok
import json
import socket

name = json.loads(input())["abstract"]
for kind, suffix in ((socket.SOCK_STREAM, ""), (socket.SOCK_DGRAM, "-datagram")):
    try:
        with socket.socket(socket.AF_UNIX, kind) as connection:
            connection.connect(f"\0{name}{suffix}")
            connection.send(b"stolen")
            print("LEAK", name, suffix)
    except OSError as error:
        print("refused:", error)
