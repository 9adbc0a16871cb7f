"""The Prefect server as a child that ends with its parent. Run as a file: it needs nothing of litclaims.

The parent holds the other end of this process's standard input and never writes: the input ends when the parent does,
however it died. On Linux the kernel is asked for the same: a worker forked by the parent may still hold the pipe.
"""

from __future__ import annotations

import ctypes
import os
import runpy
import signal
import sys
import threading

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def end_with_parent() -> None:
    """Have this process end when its parent ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    threading.Thread(target=_end_with_input, daemon=True).start()


def _end_with_input() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)  # uvicorn closes its database on this signal


if __name__ == "__main__":
    end_with_parent()
    sys.argv = ["prefect", "server", "start", *sys.argv[1:]]
    runpy.run_module("prefect", run_name="__main__")
