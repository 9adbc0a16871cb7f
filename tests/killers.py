"""Readers that end their process, hang or fail, for worker processes, which know nothing of what a test patches."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence

from litclaims import batches, reading
from litclaims.inputs import Input

_genuine_ready, _genuine_read = batches.get_ready, reading.extract_input


def work(batch: Sequence[str], told: Callable[[str], None] = lambda _: None) -> list[str]:
    """Reads words in capitals; some words do what they say."""
    done = []
    for word in batch:
        _do(word)
        done.append(word.upper())
        told(word)
    if "last" in batch:  # when all are read: a part that cannot be written, say
        os._exit(4)
    return done


def ready() -> None:
    """Needs nothing."""


def faulty() -> None:
    """A vocabulary that cannot be used."""
    raise ValueError("a fault in the vocabulary")


def stillborn() -> None:
    """A process that ends before it has begun."""
    os._exit(5)


def process_id(batch: Sequence[str]) -> list[int]:
    """By whom it was read."""
    time.sleep(0.2)
    return [os.getpid()] * len(batch)


def get_ready(model: str | None) -> None:
    """In place of the pipeline's: documents whose name says so do as they say."""
    _genuine_ready(model)
    reading.extract_input = _read


def _read(item: Input, **given: object) -> object:
    _do(item.path.stem)
    return _genuine_read(item, **given)


def _do(word: str) -> None:
    if word.startswith("kill"):
        os.kill(os.getpid(), signal.SIGKILL)
    if word.startswith("exit"):
        os._exit(3)
    if word.startswith("hang"):
        from litclaims import workers

        with workers.limited(0.2) if word == "hang-by-itself" else _nobody_limits():
            while True:
                pass


class _nobody_limits:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...
