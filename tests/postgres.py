"""A PostgreSQL for the tests: the one whose address is given, or one of our own for the time of the tests.

``LITCLAIMS_TEST_POSTGRESQL`` is the URL of a database in which schemas may be made. Without it a cluster is started
from Debian's package, in a temporary folder and on a socket in it that nobody else may enter; it ends with the tests.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError

VARIABLE = "LITCLAIMS_TEST_POSTGRESQL"
START_SECONDS = 60


def driver(url: URL) -> URL:
    """The URL with the driver that we install, where it names none."""
    return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


@contextmanager
def running() -> Iterator[URL]:
    """The URL of a database for the time of the block; where there is none the test is skipped with the reason."""
    pytest.importorskip("psycopg", reason="needs litclaims[postgresql]")
    given = os.environ.get(VARIABLE)
    if given:
        yield driver(make_url(given))
        return
    programs = _programs()
    if programs is None:
        pytest.skip(f"needs PostgreSQL: apt-get install postgresql, or set {VARIABLE} to the URL of a database")
    with tempfile.TemporaryDirectory(prefix="litclaims-postgresql-") as name, _cluster(programs, Path(name)) as url:
        yield url


def _programs() -> Path | None:
    """The folder of initdb and postgres, the latest of those that are installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: _number(path.parts[-3]))
    if found:
        return found[-1].parent
    known = shutil.which("initdb")
    return Path(known).resolve().parent if known else None


def _number(version: str) -> float:
    return float(version) if version.replace(".", "", 1).isdigit() else 0.0


def _prefix(folder: Path) -> list[str]:
    """What a command begins with: PostgreSQL refuses to run as root, and must end with us however we end."""
    setpriv = shutil.which("setpriv")
    root = os.geteuid() == 0
    if root and setpriv is None:
        pytest.skip("needs setpriv, for PostgreSQL does not run as root")
    if not root:
        return [setpriv, "--pdeathsig=TERM"] if setpriv else []
    user, group = _unprivileged()
    os.chown(folder, user, group)
    return [setpriv, f"--reuid={user}", f"--regid={group}", "--clear-groups", "--pdeathsig=TERM"]


def _unprivileged() -> tuple[int, int]:
    import pwd

    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known.get("nobody")
    if entry is None:
        pytest.skip("needs a user postgres or nobody, for PostgreSQL does not run as root")
    return entry.pw_uid, entry.pw_gid


@contextmanager
def _cluster(programs: Path, folder: Path) -> Iterator[URL]:
    prefix, data = _prefix(folder), folder / "data"
    # Sorted as in a language, as most databases are: what relies on the order of bytes shows here.
    sort = ["--encoding=UTF8", "--locale=C.UTF-8", *_sorted_as_english(programs)]
    make = [programs / "initdb", "--pgdata", data, "--username=litclaims", "--auth=trust", "--no-sync", *sort]
    done = subprocess.run([*prefix, *make], cwd=folder, **_captured())
    if done.returncode:
        raise RuntimeError(f"initdb failed: {done.stderr}")
    settings = ["listen_addresses=", f"unix_socket_directories={folder}", "fsync=off", "max_connections=60"]
    with open(folder / "log", "w", encoding="utf-8") as log:
        server = subprocess.Popen(
            [*prefix, programs / "postgres", "-D", data, *(part for each in settings for part in ("-c", each))],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        url = URL.create("postgresql+psycopg", "litclaims", database="postgres", query={"host": str(folder)})
        _wait(url, server, folder / "log")
        yield url
    finally:
        server.terminate()
        try:
            server.wait(5)  # it waits for its clients
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _captured() -> dict[str, object]:
    return {"stdin": subprocess.DEVNULL, "capture_output": True, "text": True, "check": False}


def _sorted_as_english(programs: Path) -> list[str]:
    told = subprocess.run([programs / "initdb", "--help"], **_captured())
    return ["--locale-provider=icu", "--icu-locale=en-US"] if "--icu-locale" in told.stdout else []


def _wait(url: URL, server: subprocess.Popen[bytes], log: Path) -> None:
    engine = create_engine(url)
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            engine.connect().close()
        except OperationalError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {log.read_text(encoding='utf-8')}") from error
            time.sleep(0.05)
        else:
            engine.dispose()
            return


@contextmanager
def schema(url: URL, name: str) -> Iterator[URL]:
    """An empty schema of this name for the time of the block, and a URL by which every table is in it."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f'drop schema if exists "{name}" cascade'))
            connection.execute(text(f'create schema "{name}"'))
        yield url.update_query_dict({"options": f"-csearch_path={name}"})
        with engine.connect() as connection:
            connection.execute(text("set lock_timeout = '5s'"))  # a test that left a transaction open must not hang us
            connection.execute(text(f'drop schema "{name}" cascade'))
    finally:
        engine.dispose()
