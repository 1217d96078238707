# Sends a datagram to a unix socket by its path.
# outcome: ok
import json
import socket

try:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as connection:
        connection.sendto(b"stolen", json.loads(input())["datagram"])
        print("LEAK sent")
except OSError as error:
    print("refused:", error)
