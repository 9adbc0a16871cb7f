"""Imported by the fork server of a process pool, where importing is the only hook: it loads the models there.

The workers are forked from it and so share its memory, knowledge base and models included. Wherever else this module is
imported, the variable is not set and nothing happens.
"""

from __future__ import annotations

import contextlib
import os

from litclaims.errors import LitclaimsError
from litclaims.workers import PRELOAD


def load() -> None:
    """Load what a worker needs, if this process was started for it."""
    if PRELOAD not in os.environ:
        return
    from litclaims.reading import warm_up

    with contextlib.suppress(LitclaimsError):  # each worker meets it again, and tells it
        warm_up(os.environ[PRELOAD] or None, names=True)


load()
