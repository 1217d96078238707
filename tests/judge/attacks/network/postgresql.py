# Speaks PostgreSQL's start-up message to the database on loopback.
# outcome: ok
import json
import socket
import struct

port = json.loads(input())["postgres"]
try:
    with socket.create_connection(("127.0.0.1", port), 1) as connection:
        body = struct.pack("!I", 196608) + b"user\0pygrounds\0database\0pygrounds\0\0"
        connection.sendall(struct.pack("!I", len(body) + 4) + body)
        print("LEAK", connection.recv(100))
except OSError as error:
    print("refused:", error)
