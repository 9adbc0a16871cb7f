"""The process that :mod:`litclaims.ingest.isolate` starts: it reads documents until nobody asks any more."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
from pathlib import Path
from types import ModuleType
from typing import BinaryIO

from litclaims.errors import LitclaimsError
from litclaims.ingest import isolate, wire


def main() -> None:
    """Answer requests on standard input until it ends."""
    requests, answers = _streams()
    loaded: dict[str, ModuleType] = {}
    while True:
        try:
            head, raw = json.loads(isolate.receive(requests)), isolate.receive(requests)
        except EOFError:
            return
        isolate.send(answers, _answer(head, raw, loaded))


def _streams() -> tuple[BinaryIO, BinaryIO]:
    """Input and output for ourselves: what a library prints must not get between the answers."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return requests, answers


def _answer(head: dict[str, str], raw: bytes, loaded: dict[str, ModuleType]) -> bytes:
    try:
        if "load" in head:
            loaded[head["load"]] = importlib.import_module(head["load"])
            _limit_memory(int(head["memory"]))
            return b'{"answer": null}'
        layout = loaded[head["read"]].read(raw, source=head["source"])
        return json.dumps({"answer": wire.plain(layout)}).encode()
    except LitclaimsError as error:
        return _told(type(error).__name__, error.message, error.source, error.remedy)
    except MemoryError:
        return _told("MemoryError", "")
    except Exception as error:  # a parser may raise anything; it is told as what it is, and the next document is read
        return _told(type(error).__name__, " ".join(str(error).split())[:300])


def _told(kind: str, message: str, source: str | None = None, remedy: str | None = None) -> bytes:
    error = {"kind": kind, "message": message, "source": source, "remedy": remedy}
    return json.dumps({"error": error}).encode()


def _limit_memory(more: int) -> None:
    """Let the process take so many bytes beyond what it has; nothing where a system cannot hold it to that."""
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = _taken() + more
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _taken() -> int:
    """Bytes of address space in use; 0 where there is no ``/proc`` to tell."""
    with contextlib.suppress(OSError):
        return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    return 0
