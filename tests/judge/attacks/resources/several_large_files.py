# Writes several files, each just small enough.
# outcome: strict ok, files file_limit
# control: none — the disk is not limited without a judge
written = 0
try:
    for number in range(6):
        with open(f"large{number}", "wb", 0) as file:
            for _ in range(20):
                written += file.write(bytes(1 << 20))
except OSError as error:
    print("refused:", error)
