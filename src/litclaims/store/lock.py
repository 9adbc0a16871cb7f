"""One run at a time: a lock on a file, which the system lets go when the process that holds it ends, however it ends.

Where the system or a network disk knows no such locks, two runs are not kept apart; every file is still written whole.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from litclaims.errors import StoreError

_notice = logging.getLogger("litclaims.notice")
_POLL_SECONDS = 0.2


@contextmanager
def held(path: Path, *, of: str, wait: float) -> Iterator[None]:
    """Hold the lock of a file for the time of the block.

    Args:
        path: the file; made if it is missing, and left there: to delete it would let two hold it.
        of: what it stands for, for the message.
        wait: seconds to wait for another process that holds it; whom it waits for is logged to ``litclaims.notice``.

    Raises:
        StoreError: another process still holds it, or the file cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        remedy = "make its folder writable, or choose another --store or --out"
        raise StoreError(f"cannot be locked: {error.strerror or error}", source=path, remedy=remedy) from error
    with file:
        wait_for(lambda: _taken(file), lambda: _holder(path), of=of, wait=wait)
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": _now()}))
        file.flush()
        yield


def wait_for(take: Callable[[], bool], holder: Callable[[], str], *, of: str, wait: float) -> None:
    """Take a lock, waiting for it so many seconds.

    Raises:
        StoreError: it cannot be had in that time; names who holds it.
    """
    deadline, said = time.monotonic() + wait, False
    while not take():
        if time.monotonic() >= deadline:
            remedy = "wait until that run is done, or give more time with --wait SECONDS"
            raise StoreError(f"another run is writing to it: {holder()}", source=of, remedy=remedy)
        if not said:
            _notice.warning("waits up to %g s for another run that writes to %s: %s", wait, of, holder())
            said = True
        time.sleep(_POLL_SECONDS)


def _taken(file: IO[str]) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a disk without locks
        return True
    return True


def _holder(path: Path) -> str:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return f"process {said['pid']} on {said['host']}, since {said['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "a process that has not given its name"


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
