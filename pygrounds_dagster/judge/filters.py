"""Which system calls pass: the zygote's filter (stage 1) and the child's (stage 2), as data.

Stage 1 is an allow-list, installed once and inherited by every child. Stage 2 allows by default and only
takes away, since the kernel obeys the strictest of all filters: what the zygote needs and a program must not
have. Not here: assembling (``bpf``), installing (``kernel``).
"""

from __future__ import annotations

from errno import EACCES, EAGAIN, ECHILD, EINVAL, ENODEV, ENOENT, ENOSYS, ENOTSUP, ENOTTY, EPERM
from functools import cache

from .bpf import ALLOW, KILL, Check, Decision, Guard, Program, assemble, refuse
from .limits import Mode
from .syscalls import Machine

FORK_FLAGS = 0x01200011  # CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD: what fork() passes
THREAD_FLAGS = 0x003D0F00  # exactly what pthread_create passes; every other clone is refused

_PROT_EXEC = 0x4
_NO_FILE = 0xFFFFFFFF  # descriptor -1: anonymous memory
_O_TMPFILE = 0x400000
_FCNTL = (0, 1, 2, 3, 4, 1030)  # DUPFD, GETFD, SETFD, GETFL, SETFL, DUPFD_CLOEXEC; never SETOWN/SETSIG
_FCNTL_LOCKS = (5, 6, 7, 36, 37, 38)  # GETLK, SETLK, SETLKW and their open-file twins: sqlite3 on files
_O_ASYNC = 0x2000
_IOCTLS = (0x541B, 0x5450, 0x5451, 0x5421)  # FIONREAD, FIONCLEX, FIOCLEX, FIONBIO
_PRCTL_SET_NAME = 15


def _names(text: str) -> list[str]:
    return text.split()


# No argument of these can reach beyond the process and its open descriptors.
_HARMLESS = _names("""
    read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 lseek close close_range
    dup dup2 dup3 fstat ftruncate fsync fdatasync fadvise64 munmap mremap brk madvise msync 
    poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait
    epoll_pwait epoll_pwait2 pipe pipe2 eventfd2 recvfrom shutdown clock_gettime clock_getres
    clock_nanosleep nanosleep gettimeofday time times alarm getitimer setitimer pause rt_sigaction
    rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait sigaltstack
    restart_syscall exit exit_group getpid getppid gettid getuid geteuid getgid getegid getresuid
    getresgid getgroups getpgrp getpgid getsid getrusage getrlimit getpriority sched_yield
    sched_getaffinity getcpu uname umask getcwd futex set_robust_list rseq set_tid_address getrandom
""")

_ARGUMENTS: dict[str, Decision] = {
    "mmap": Guard((Check(2, without=_PROT_EXEC),), refuse(EACCES)),
    "mprotect": Guard((Check(2, without=_PROT_EXEC),), refuse(EACCES)),
    "fcntl": Guard((Check(1, among=_FCNTL), Check(2, without=_O_ASYNC)), refuse(EPERM)),
    "ioctl": Guard((Check(1, among=_IOCTLS),), refuse(ENOTTY)),
    # asyncio wakes itself through a stream pair; a datagram pair could address named sockets
    "socketpair": Guard((Check(0, among=(1,)), Check(1, among=(1, 0x801, 0x80001, 0x80801))), refuse(EACCES)),
    "sendto": Guard((Check(4, among=(0,), wide=True),), refuse(EACCES)),
}

_NETWORK = _names("""
    socket connect accept accept4 bind listen getsockname getpeername setsockopt getsockopt
""")

_LOOKS = _names("""
    stat lstat newfstatat statx access faccessat faccessat2 readlink readlinkat
""")
_PATHS = _LOOKS + _names("""
    open openat creat
    mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 getdents getdents64 chdir
    statfs fstatfs
""")
# truncate by path: Landlock governs it from ABI 3 only, and an open file can be truncated as well
_PATHS_NEVER = _names("""
    truncate
    link linkat symlink symlinkat mknod mknodat inotify_add_watch fanotify_mark quotactl acct swapon
    swapoff execve execveat uselib
""")
_PRETENDED = _names("""
    chmod fchmod fchmodat fchmodat2
""")
_TIMES = {"utime": 1, "utimes": 1, "futimesat": 2, "utimensat": 2}
"""Calls that set a file's times, and which argument holds them; NULL: now."""
_OWNERS = _names("""
    chown fchown lchown fchownat
""")
_XATTRS = _names("""
    setxattr lsetxattr fsetxattr getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr
    removexattr lremovexattr fremovexattr setxattrat getxattrat listxattrat removexattrat
""")

# No honest Python program comes near these: the process ends at once and the run is a violation.
# (pidfd_open is none of them: asyncio asks for it, and does without where it is refused.)
_FATAL = _names("""
    ptrace process_vm_readv process_vm_writev bpf keyctl add_key request_key mount umount2
    pivot_root unshare setns io_uring_setup io_uring_enter io_uring_register userfaultfd kexec_load
    kexec_file_load init_module finit_module delete_module reboot perf_event_open open_by_handle_at
    name_to_handle_at fsopen fsconfig fsmount fspick move_mount open_tree open_tree_attr
    mount_setattr iopl ioperm modify_ldt pidfd_getfd pidfd_send_signal process_madvise
    lookup_dcookie vmsplice
""")

# What only the zygote does, before or between runs; stage 2 takes all of it away again.
_ZYGOTE: dict[str, Decision] = {
    "recvmsg": ALLOW,
    "wait4": ALLOW,
    "kill": ALLOW,
    "tgkill": ALLOW,
    "seccomp": ALLOW,
    "prlimit64": ALLOW,
    "prctl": Guard((Check(0, among=(1, _PRCTL_SET_NAME, 22, 38)),), refuse(EPERM)),
    "fork": ALLOW,
    "clone3": refuse(ENOSYS),  # its flags lie in memory, out of a filter's sight; libc falls back to clone
}
_ZYGOTE_FILES: dict[str, Decision] = {
    "fchdir": ALLOW,
    "chroot": ALLOW,
    "capset": ALLOW,
    "landlock_create_ruleset": ALLOW,
    "landlock_add_rule": ALLOW,
    "landlock_restrict_self": ALLOW,
    "setgroups": refuse(EPERM),
}

_OWN_PID = Guard((Check(0, own_pid=True),), refuse(EPERM))
_CHILD: dict[str, Decision] = {
    "fork": refuse(EAGAIN),
    "vfork": refuse(EAGAIN),
    "recvmsg": refuse(EPERM),
    "wait4": refuse(ECHILD),
    "kill": _OWN_PID,
    "tgkill": _OWN_PID,
    "seccomp": refuse(EPERM),
    "prctl": Guard((Check(0, among=(_PRCTL_SET_NAME,)),), refuse(EPERM)),
    # read its own limits: pid 0 or itself, no new value
    "prlimit64": Guard((Check(2, among=(0,), wide=True), Check(0, among=(0,))), refuse(EPERM)),
    "chroot": refuse(EPERM),
    "capset": refuse(EPERM),
    "landlock_create_ruleset": refuse(EPERM),
    "landlock_add_rule": refuse(EPERM),
    "landlock_restrict_self": refuse(EPERM),
}


def _each(names: list[str], decision: Decision) -> dict[str, Decision]:
    return dict.fromkeys(names, decision)


def _times(*, own_root: bool) -> dict[str, Decision]:
    """Times of files: Landlock does not cover them, so they are set only where no path leads outside.

    Elsewhere copying them is answered "done" (``shutil.copy2`` insists), and setting them to now is refused:
    ``Path.touch`` takes that for "not there yet" and makes the file.
    """
    if own_root:
        return _each([*_TIMES], ALLOW)
    return {
        name: Guard((Check(at, among=(0,), wide=True),), otherwise=refuse(0), then=refuse(EACCES))
        for name, at in _TIMES.items()
    }


def stage_one(mode: Mode, *, own_root: bool = False) -> dict[str, Decision]:
    """The zygote's decisions; what is not named fails with EPERM.

    ``own_root``: in files mode, each run has its scratch directory as its root.
    """
    table: dict[str, Decision] = {
        **_each(_NETWORK + _PATHS + _PATHS_NEVER + _OWNERS, refuse(EACCES)),
        **_each(_XATTRS, refuse(ENOTSUP)),
        **_each(_FATAL, KILL),
        **_each(_HARMLESS, ALLOW),
        **_ARGUMENTS,
        **_ZYGOTE,
        "clone": Guard((Check(0, among=(FORK_FLAGS,)),), refuse(EAGAIN)),
    }
    if mode == "strict":
        # nothing is there: a program that looks for a file first is answered, one that opens it is refused
        return {**table, **_each([*_PRETENDED, *_TIMES], refuse(EACCES)), **_each(_LOOKS, refuse(ENOENT))}
    plain = _each([*_PATHS, "flock", "sendfile", "fallocate"], ALLOW)
    return {
        **table,
        **plain,
        **_ZYGOTE_FILES,
        # a mapping keeps a removed file on the disk where no look at descriptors finds it
        "mmap": Guard((Check(2, without=_PROT_EXEC), Check(4, among=(_NO_FILE,))), refuse(ENODEV)),
        # a file without a name escapes the scratch directory's bookkeeping
        "open": Guard((Check(1, without=_O_TMPFILE),), refuse(ENOTSUP)),
        "openat": Guard((Check(2, without=_O_TMPFILE),), refuse(ENOTSUP)),
        # answered "done": shutil copies modes, and neither Landlock nor a quota covers them
        **_each(_PRETENDED, refuse(0)),
        **_times(own_root=own_root),
        "fcntl": Guard((Check(1, among=_FCNTL + _FCNTL_LOCKS),), refuse(EPERM)),
        # there are no links to read in a scratch directory, and Landlock lets links outside be read
        "readlink": refuse(EINVAL),
        "readlinkat": refuse(EINVAL),
        "clone": Guard((Check(0, among=(FORK_FLAGS, THREAD_FLAGS)),), refuse(EAGAIN)),
    }


def stage_two(mode: Mode) -> dict[str, Decision]:
    """What a child loses beyond stage 1; what is not named stays as stage 1 decides."""
    thread = Guard((Check(0, among=(THREAD_FLAGS,)),), refuse(EAGAIN))
    return {**_CHILD, "clone": thread if mode == "files" else refuse(EAGAIN)}


@cache
def programs(machine: Machine, mode: Mode, *, own_root: bool = False) -> tuple[Program, Program]:
    """Both filters, assembled."""
    one = assemble(machine, stage_one(mode, own_root=own_root), refuse(EPERM))
    return one, assemble(machine, stage_two(mode), ALLOW)
