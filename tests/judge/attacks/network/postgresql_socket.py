# Connects to PostgreSQL's unix socket where it usually lies, and to the one that is there.
# outcome: ok
import json
import socket

path = json.loads(input())["unix"]
for name in ("/var/run/postgresql/.s.PGSQL.5432", "/tmp/.s.PGSQL.5432", path):
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(name)
            print("LEAK", connection.recv(100))
    except OSError as error:
        print("refused:", error)
