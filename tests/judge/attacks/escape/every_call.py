# Makes every system call there is with empty arguments, but those that only end itself.
# outcome: violation
# control: none — it does anything
import ctypes
import json
import platform

input_text = input()
libc = ctypes.CDLL(None, use_errno=True)
X86 = platform.machine() == "x86_64"
ENDS = {60, 231, 34, 35, 15, 13, 14, 22, 23, 7, 270, 271, 128, 130, 232, 281, 219, 230} if X86 else {93, 94}
done = json.loads(input_text)
for number in range(600):
    if number in ENDS:
        continue
    libc.syscall(number, -1, 0, 0, 0, 0, 0)
print("LEAK nothing ended it")
