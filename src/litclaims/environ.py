"""The environment of this process, changed for a while."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


@contextmanager
def changed(wanted: Mapping[str, str | None]) -> Iterator[None]:
    """Set variables, which the processes that are started meanwhile inherit, and have them as they were at the end.

    Args:
        wanted: values by name; None for a variable that is not to be there.
    """
    before = {name: os.environ.get(name) for name in wanted}
    _set(wanted)
    try:
        yield
    finally:
        _set(before)


def _set(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
