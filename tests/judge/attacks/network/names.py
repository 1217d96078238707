# Asks for the address of a name: that needs files and sockets.
# outcome: ok
import socket

for name in ("localhost", "example.invalid"):
    try:
        print("LEAK", socket.getaddrinfo(name, 80))
    except OSError as error:
        print("refused:", error)
