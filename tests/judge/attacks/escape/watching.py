# Watches files and mounts of others for changes.
# outcome: ok
import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
watch = libc.inotify_init1(0)
if watch >= 0:
    print("LEAK watches", libc.inotify_add_watch(watch, b"/tmp", 0xFFF))
if libc.syscall(300 if platform.machine() == "x86_64" else 262, 0, 0) >= 0:
    print("LEAK fanotify")
