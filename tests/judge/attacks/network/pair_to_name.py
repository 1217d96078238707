# Makes a pair of datagram sockets, which is allowed by careless rules, and sends from it to named ones.
# outcome: ok
import json
import socket

targets = json.loads(input())
for kind in (socket.SOCK_DGRAM, socket.SOCK_SEQPACKET, socket.SOCK_STREAM):
    try:
        left, _right = socket.socketpair(socket.AF_UNIX, kind)
    except OSError as error:
        print("refused:", error)
        continue
    for name in (targets["datagram"], f"\0{targets['abstract']}-datagram"):
        for send in (
            lambda left=left, name=name: left.sendto(b"stolen", name),
            lambda left=left, name=name: left.sendmsg([b"stolen"], [], 0, name),
            lambda left=left, name=name: left.connect(name),
        ):
            try:
                send()
                print("LEAK sent")
            except OSError as error:
                print("refused:", error)
