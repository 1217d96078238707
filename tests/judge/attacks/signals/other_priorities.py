# Changes priority, scheduler, processors and limits of other processes.
# outcome: ok
import json
import os
import resource

pid = json.loads(input())["bystander"]
for target in (pid, os.getppid()):
    for name, change in {
        "priority": lambda target=target: os.setpriority(os.PRIO_PROCESS, target, 19),
        "scheduler": lambda target=target: os.sched_setscheduler(target, os.SCHED_BATCH, os.sched_param(0)),
        "processors": lambda target=target: os.sched_setaffinity(target, {0}),
        "limits": lambda target=target: resource.prlimit(target, resource.RLIMIT_CORE, (0, 0)),
        "read limits": lambda target=target: resource.prlimit(target, resource.RLIMIT_CORE),
    }.items():
        try:
            change()
            print("LEAK", name)
        except OSError as error:
            print("refused:", error)
