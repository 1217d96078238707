# Reads a file of the system.
# outcome: ok
try:
    print("LEAK", open("/etc/passwd").readline())
except OSError as error:
    print("refused:", error)
