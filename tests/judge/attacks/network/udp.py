# Sends a datagram out.
# outcome: ok
import json
import socket

port = json.loads(input())["udp"]
try:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as connection:
        connection.sendto(b"stolen", ("127.0.0.1", port))
        print("LEAK sent")
except OSError as error:
    print("refused:", error)
