# Runs commands through every door of the library.
# outcome: ok
import asyncio
import os
import pty
import subprocess

ways = {
    "system": lambda: os.system("echo LEAK system"),
    "popen": lambda: print(os.popen("echo LEAK popen").read()),
    "run": lambda: print(subprocess.run(["/bin/echo", "LEAK run"], capture_output=True).stdout.decode()),
    "shell": lambda: subprocess.run("echo LEAK shell", shell=True),
    "posix_spawn": lambda: os.waitpid(os.posix_spawn("/bin/echo", ["echo", "LEAK posix_spawn"], {}), 0),
    "spawnv": lambda: os.spawnv(os.P_WAIT, "/bin/echo", ["echo", "LEAK spawnv"]),
    "pty": lambda: pty.spawn(["/bin/echo", "LEAK pty"]),
    "asyncio": lambda: asyncio.run(asyncio.create_subprocess_exec("/bin/echo", "LEAK asyncio")),
}
for name, way in ways.items():
    try:
        way()
    except (OSError, NotImplementedError, RuntimeError) as error:
        print(name, "refused:", error)
