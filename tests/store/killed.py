"""A process in which runs are killed: ``python killed.py FOLDER OUT SEED``. It tells what happened, as JSON.

The models are loaded once; every run is a child that is forked from here and dies of SIGKILL: six while it reads, once
so many parts are there, two while it writes its files, one while it puts them in their places, and one before the
ledger has the run. Then a run goes to its end.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from litclaims import batches, pipeline, reading
from litclaims.inputs import find_inputs
from litclaims.pipeline import run_local
from litclaims.report import write
from litclaims.store import Store

READING, WRITING = 6, 2


def main(folder: Path, out: Path, seed: int) -> None:
    moments = random.Random(seed)
    reading.warm_up()
    count_reads(out.parent / "reads.txt")
    packed = len(list(batches.packed(find_inputs([folder]).items, int(os.environ["LITCLAIMS_BATCH_BYTES"]))))
    deaths = []
    for parts in sorted(moments.sample(range(1, packed), READING)):
        pause = moments.uniform(0, 0.02)
        deaths.append(kill_when(folder, out, lambda parts=parts: count(out, "parts/part-*") >= parts, pause))
    for _ in range(WRITING):
        files = moments.randint(1, 12)
        deaths.append(kill_when(folder, out, lambda files=files: count(out, f"{write.STAGING}*/*.*") >= files, 0.0))
    deaths.append(kill_itself(folder, out, die_at_rename, moments.randint(2, 15)))
    deaths.append(kill_itself(folder, out, die_before_record, 0))
    result = run_local([folder], out=out)
    json.dump({"deaths": deaths, "batches": packed, "statuses": status_of(result)}, sys.stdout)


def status_of(result: pipeline.RunResult) -> list[str]:
    return sorted({outcome.status for outcome in result.outcomes})


def count(out: Path, pattern: str) -> int:
    return len(list(out.glob(pattern)))


def count_reads(log: Path) -> None:
    """Have every document that is read add a line to a file, in whatever process."""
    genuine = reading.extract_input

    def extract_input(item, **given):
        with log.open("a") as file:
            file.write(f"{item.doc}\n")
        return genuine(item, **given)

    reading.extract_input = extract_input


def child(folder: Path, out: Path, prepare: Callable[[], object]) -> int:
    process = os.fork()
    if not process:
        try:
            prepare()
            run_local([folder], out=out)
        finally:
            os._exit(0)
    return process


def kill_when(folder: Path, out: Path, ready: Callable[[], bool], pause: float) -> int:
    process = child(folder, out, lambda: None)
    while not ready():
        if os.waitpid(process, os.WNOHANG)[0]:
            return 0
        time.sleep(0.01)  # looking costs time, too
    time.sleep(pause)
    os.kill(process, signal.SIGKILL)
    return -os.waitpid(process, 0)[1]


def kill_itself(folder: Path, out: Path, prepare: Callable[[int], object], number: int) -> int:
    return -os.waitpid(child(folder, out, lambda: prepare(number)), 0)[1]


def die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_before_record(_: int) -> None:
    Store.record = die


def die_at_rename(number: int) -> None:
    """Die when so many files of the run are in their places, and the others are not."""
    genuine, left = os.replace, [number]

    def replace(source, target):
        if write.STAGING in str(source):
            left[0] -= 1
            if not left[0]:
                die()
        genuine(source, target)

    os.replace = replace


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
