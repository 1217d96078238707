# Makes a socket of every family and kind there is.
# outcome: ok
import socket

for family in range(46):
    for kind in (1, 2, 3, 4, 5, 10):
        try:
            socket.socket(family, kind).close()
            print("LEAK family", family, "kind", kind)
        except OSError:
            pass
