# Opens a file by its handle, past all directories.
# outcome: violation
# control: none — needs root
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
handle = ctypes.create_string_buffer(136)
mount = ctypes.c_int()
if libc.name_to_handle_at(-100, b"/etc/passwd", handle, ctypes.byref(mount), 0) == 0:
    print("LEAK a handle")
