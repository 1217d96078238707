# Opens ports for somebody outside to connect to.
# outcome: ok
import socket

for family, address in (
    (socket.AF_INET, ("127.0.0.1", 0)),
    (socket.AF_INET6, ("::1", 0)),
    (socket.AF_UNIX, "own-socket"),
    (socket.AF_UNIX, "\0pygrounds-own-socket"),
):
    try:
        with socket.socket(family) as server:
            server.bind(address)
            server.listen()
            print("LEAK listens at", server.getsockname())
    except OSError as error:
        print("refused:", error)
