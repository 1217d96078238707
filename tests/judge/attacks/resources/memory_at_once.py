# Takes seven hundred megabytes at once.
# outcome: memory_limit
block = bytearray(700 << 20)
print("LEAK", len(block))
