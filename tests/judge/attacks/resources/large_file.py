# Writes one large file.
# outcome: strict ok, files ok|file_limit
written = 0
try:
    with open("large", "wb", 0) as file:
        for _ in range(96):
            written += file.write(bytes(1 << 20))
except OSError as error:
    print("refused:", error)
if written > 40 << 20:
    print("LEAK wrote", written)
