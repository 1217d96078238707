# Treats the streams and every other descriptor as a socket to the judge.
# outcome: ok
# control: none — without a judge there is no socket to it
import socket

for descriptor in range(64):
    try:
        channel = socket.socket(fileno=descriptor)
        print("LEAK descriptor", descriptor, "is a socket", channel.getpeername())
    except OSError:
        pass
