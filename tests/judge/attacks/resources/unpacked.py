# Unpacks a small archive to gigabytes.
# outcome: memory_limit|time_limit
# limits: memory=134217728 wall=2
import zlib

packer = zlib.compressobj(9, zlib.DEFLATED, -15)
block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
print("LEAK", len(zlib.decompressobj(-15).decompress(block * 900)))
