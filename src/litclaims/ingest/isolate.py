"""Readers in a process of their own: native code that crashes, hangs or takes all memory then costs one document.

One process is started when the first such document comes, kept for the next ones, and ended with the run. It gets the
bytes of a document and gives the layout back as JSON, for what a parser of hostile bytes hands over must not be able to
name code. It may take :data:`MEMORY` more than it has at its start; one that overruns its time is killed. That time is
of the processor, as far as the system tells it: a document must not fail because others keep the machine busy.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import BinaryIO

from litclaims import errors
from litclaims.errors import InputError, LitclaimsError, ReaderEnded
from litclaims.ingest import wire
from litclaims.ingest.outline import Layout

MEMORY = 1024**3
"""Bytes that the process may take beyond what it has once the reader is loaded."""

START = 60.0
"""Seconds that the process may take to start and to load a reader, on a busy machine."""

PATIENCE = 6
"""Times its limit that a document may take by the clock on the wall, for a reader that waits and does not work."""

_SOON = 0.01
_MAIN = "import sys; sys.path[:] = {path!r}; from litclaims.ingest.child import main; main()"
_LENGTH = struct.Struct("<Q")


class Worker:
    """The process and the way to it. Thread-safe; one document at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._loaded: set[str] = set()

    def read(self, module: str, raw: bytes, *, source: object, seconds: float) -> Layout:
        """The layout that ``module.read(raw, source=source)`` gives, see :func:`read`."""
        with self._lock:
            if module not in self._loaded:
                self._ask({"load": module, "memory": MEMORY}, b"", seconds=START, source=source)
                self._loaded.add(module)
            answer = self._ask({"read": module, "source": str(source)}, raw, seconds=seconds, source=source)
        try:
            return wire.layout(answer)
        except (TypeError, ValueError, KeyError) as error:
            raise InputError(f"could not be read: {error}", source=source, remedy="the file is damaged") from error

    def close(self) -> None:
        """End the process, if there is one."""
        with self._lock:
            self._stop()

    def _ask(self, head: dict[str, object], raw: bytes, *, seconds: float, source: object) -> object:
        """What the process answers.

        Raises:
            LitclaimsError: what the reader raised, or that it crashed or took too long or too much memory.
        """
        process = self._process or self._start()
        limit = _Limit(process, seconds)
        limit.start()
        try:
            send(process.stdin, json.dumps(head).encode())
            send(process.stdin, raw)
            answer = json.loads(receive(process.stdout))
        except (OSError, EOFError, ValueError) as error:
            raise self._ended(limit.overran, seconds, source) from error
        except BaseException:  # an answer that nobody waits for any more must not be taken for the next one
            self._stop()
            raise
        finally:
            limit.end()
            if limit.overran:  # it answered while it was killed
                self._stop()
        if "error" in answer:
            raise self._told(answer["error"], source)
        return answer["answer"]

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", _MAIN.format(path=sys.path)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._loaded = set()
        return self._process

    def _stop(self) -> int | None:
        """Kill the process; gives its exit code."""
        process, self._process, self._loaded = self._process, None, set()
        if process is None:
            return None
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):  # what could not be written any more
                stream.close()
        try:
            return process.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    def _ended(self, overran: bool, seconds: float, source: object) -> InputError:
        code = self._stop()
        if overran:
            return ReaderEnded(
                f"takes longer than {seconds:g} s to read", source=source, remedy="split it or give it as plain text"
            )
        how = signal.Signals(-code).name if code and code < 0 else f"exit code {code}"
        return ReaderEnded(
            f"made its reader crash ({how})", source=source, remedy="it is damaged: save it again or give plain text"
        )

    def _told(self, said: dict[str, str | None], source: object) -> LitclaimsError:
        if said["kind"] == "MemoryError":
            self._stop()  # what is left of the memory is in pieces
            return ReaderEnded(
                f"takes more than {MEMORY // 1024**2} MiB of memory to read", source=source, remedy="split it"
            )
        kind = getattr(errors, said["kind"] or "", None)
        if isinstance(kind, type) and issubclass(kind, LitclaimsError):
            return kind(said["message"] or "", source=said["source"], remedy=said["remedy"])
        told = f"could not be read: {said['kind']}: {said['message']}"
        return InputError(told, source=source, remedy="it is damaged: save it again or give plain text")


class _Limit(threading.Thread):
    """Kills a process that takes more than so many seconds of the processor from now on.

    Attributes:
        overran: True if it has.
    """

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        super().__init__(daemon=True)
        self.overran = False
        self._process, self._seconds = process, seconds
        self._done, self._lock = threading.Event(), threading.Lock()

    def run(self) -> None:
        """Watch, until :meth:`end` is called."""
        began, before = time.monotonic(), _used(self._process.pid)
        left = self._seconds
        while not self._done.wait(max(_SOON, left)):
            passed, now = time.monotonic() - began, _used(self._process.pid)
            used = passed if before is None or now is None else now - before
            left = min(self._seconds - used, PATIENCE * self._seconds - passed)
            if left <= 0:
                return self._kill()

    def _kill(self) -> None:
        with self._lock:
            if not self._done.is_set():
                self.overran = True
                self._process.kill()

    def end(self) -> None:
        """Watch no more; what is not killed by then is not."""
        with self._lock:
            self._done.set()


def _used(pid: int) -> float | None:
    """Seconds of the processor that a process has used (proc(5), ``utime`` and ``stime``); None if nobody tells."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


_worker = Worker()
atexit.register(_worker.close)


def read(module: str, raw: bytes, *, source: object, seconds: float) -> Layout:
    """The layout that a reader module gives for the bytes of a file, read in the process for such readers.

    Args:
        module: full name of the reader module.
        seconds: of the processor that it may take, see :data:`PATIENCE`.

    Raises:
        LitclaimsError: what the reader raised; an InputError where it crashed or took too long or too much memory.
    """
    return _worker.read(module, raw, source=source, seconds=seconds)


def close() -> None:
    """End the process; the next document starts another."""
    _worker.close()


def send(stream: BinaryIO, data: bytes) -> None:
    """Write a message: its length, then its bytes."""
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: BinaryIO) -> bytes:
    """Read a message.

    Raises:
        EOFError: the other side has ended.
    """
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    return _exactly(stream, length)


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError("the other side has ended")
    return data
