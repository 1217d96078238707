# Connects to a server on loopback.
# outcome: ok
import json
import socket

port = json.loads(input())["tcp"]
for host in ("127.0.0.1", "localhost", "::ffff:127.0.0.1"):
    try:
        with socket.create_connection((host, port), 1) as connection:
            print("LEAK connected", connection.recv(100))
    except OSError as error:
        print("refused:", error)
