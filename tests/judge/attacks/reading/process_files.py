# Reads what /proc and /dev say about the machine and about itself.
# outcome: ok
for path in (
    "/proc/self/maps", "/proc/self/mem", "/proc/thread-self/root/etc/passwd",
    "/proc/self/root/etc/passwd", "/proc/self/mountinfo", "/proc/version", "/proc/cpuinfo", "/proc/net/tcp",
    "/proc/sys/kernel/random/boot_id", "/proc/keys", "/sys/class/net", "/dev/mem", "/dev/kmsg", "/dev/zero",
):  # fmt: skip
    try:
        with open(path, "rb") as file:
            file.read(10)
        print("LEAK", path)
    except OSError as error:
        print("refused:", error)
