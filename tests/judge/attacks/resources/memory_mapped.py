# Maps anonymous shared and private memory, and touches it.
# outcome: ok
import mmap

for flags in (
    mmap.MAP_SHARED | mmap.MAP_ANONYMOUS,
    mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS,
    mmap.MAP_PRIVATE | 0x4020,
):
    try:
        size = 1 << 30
        memory = mmap.mmap(-1, size, flags=flags)
        memory[size - 1] = 1
        print("LEAK", size)
    except OSError as error:
        print("refused:", error)
