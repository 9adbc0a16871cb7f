"""How long commands take to begin: ``python -m benchmarks.start``.

``litclaims --help``, and the reading of one short document without Prefect, each in a process of its own: seconds of a
clock, and those of the processor. The least of several counts.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.record import keep

ROUNDS = 5
DOCUMENT = Path(__file__).parents[1] / "corpus" / "protocol-intramuscular.txt"


def quickest(arguments: Sequence[str], rounds: int = ROUNDS) -> dict[str, float]:
    """The seconds of a command of ``litclaims``, of a clock and of the processor, each the least of several rounds."""
    made = [_seconds(arguments) for _ in range(rounds)]
    walls, worked = zip(*made, strict=True)
    return {"wall_seconds": round(min(walls), 2), "cpu_seconds": round(min(worked), 2)}


def _seconds(arguments: Sequence[str]) -> tuple[float, float]:
    before, started = os.times(), time.perf_counter()
    command = [sys.executable, "-m", "litclaims", *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - started, os.times()
    worked = (after.children_user + after.children_system) - (before.children_user + before.children_system)
    return wall, worked


def main() -> int:
    """Measure, print, and keep what was measured."""
    found = {"help": quickest(["--help"])}
    with tempfile.TemporaryDirectory() as out:
        asked = ["run", str(DOCUMENT), "--out", out, "--no-prefect", "--quiet", "--refresh"]
        found["one document"] = quickest(asked, rounds=3)
    for name, seconds in found.items():
        print(f"{name:16}{seconds['wall_seconds']:6.2f} s, of the processor {seconds['cpu_seconds']:.2f} s")
    print(f"written: {keep('start', found)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
