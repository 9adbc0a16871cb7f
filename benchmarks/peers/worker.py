"""What every worker does: texts in, quantities and times out, as lines of JSON.

A line in is ``{"id", "text"}``. A line out is ``{"id", "quantities"}``; the last is
``{"words", "seconds", "wall_seconds", "peak_mb", "passes", "versions"}``. A quantity is
``{"start", "end", "readings", "cells", "unit"}``: its characters; the ends it gives in base
numbers (``40–200 million`` is ``[40000000.0, 200000000.0]``), more than one list where the parser leaves open which is
meant; whether it says that these are cells, platelets or particles, alone or per
body weight or surface; and its unit as text.

Standard library only, since it runs in every environment.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

Quantity = dict[str, object]
Parse = Callable[[str], list[Quantity]]

REPEATS = 5
LONG_ENOUGH = 20.0
"""Seconds after which no further pass is begun, so that a slow parser does not take the benchmark's whole time."""

WARM_UP = 1_000
"""Characters of each text that are read before the clock starts."""


def words() -> dict:
    """The words that the peers are told, cell words in the singular: what they miss shall not be for want of a word."""
    return json.loads(Path(__file__).with_name("words.json").read_text(encoding="utf-8"))


def quantity(start: int, end: int, readings: Iterable[Iterable[float]], *, cells: bool, unit: str) -> Quantity:
    """A quantity as it goes over the wire."""
    return {"start": start, "end": end, "readings": [list(ends) for ends in readings], "cells": cells, "unit": unit}


def by_line(parse: Parse) -> Parse:
    """A parser that is given each line of a text on its own, with offsets into the text all the same."""

    def parse_lines(text: str) -> list[Quantity]:
        found, start = [], 0
        for line in text.split("\n"):
            for item in parse(line) if line.strip() else ():
                found.append({**item, "start": item["start"] + start, "end": item["end"] + start})
            start += len(line) + 1
        return found

    return parse_lines


def serve(parse: Parse, versions: dict[str, str]) -> None:
    """Answer every line of standard input, then say how long the fastest of up to :data:`REPEATS` warm passes took.

    Processor time, so that what else runs on the machine counts little, and that of a clock for the same pass.
    """
    lines = [json.loads(line) for line in sys.stdin if line.strip()]
    texts = [line["text"] for line in lines]
    for text in texts:
        # whatever a parser loads or compiles on first use is not timed
        parse(text[:WARM_UP])
    times: list[tuple[float, float]] = []
    answers: list[list[Quantity]] = []
    while len(times) < REPEATS and sum(worked for worked, _ in times) < LONG_ENOUGH:
        started, worked = time.perf_counter(), time.process_time()
        answers = [parse(text) for text in texts]
        times.append((time.process_time() - worked, time.perf_counter() - started))
    for line, answer in zip(lines, answers, strict=True):
        print(json.dumps({"id": line["id"], "quantities": answer}))
    count = sum(len(text.split()) for text in texts)
    seconds, wall_seconds = min(times)
    told = {"words": count, "seconds": seconds, "wall_seconds": wall_seconds, "peak_mb": peak_mb()}
    print(json.dumps({**told, "passes": len(times), "versions": versions}))


def peak_mb() -> float | None:
    """The most memory that this process has held, MB; None where the system does not tell of this process alone."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next((round(int(line.split()[1]) * 1024 / 1e6, 1) for line in lines if line.startswith("VmHWM:")), None)
