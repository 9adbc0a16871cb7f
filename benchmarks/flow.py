"""What Prefect costs: the flow against the functions it calls, on N documents: ``python -m benchmarks.flow [N]``.

The documents have the length of an abstract and are made here. The server is up and the models are loaded before a
clock runs: the start is told apart. Both ways are taken in turn, ``ROUNDS`` times, and of each the quickest counts, for
what other programs take only adds. Processor time of this process, Prefect's client in it, is told beside wall-clock
time: on a busy machine only the first is ours. The server's own is told, too: it works on another core.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from benchmarks.ingest import make_text
from litclaims import pipeline, reading
from litclaims.flows.server import prefect_server

DOCUMENTS = 1000
PARAGRAPHS = 4
ROUNDS = 2
GOAL = 0.05
"""The share that the flow may cost."""

OUT = Path(__file__).parents[1] / "outputs" / "bench" / "flow.json"


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds of a run, by the clock and of this process's processor."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured. ``server_cpu`` is of one run by the flow, None where it cannot be known."""

    documents: int
    kilobytes: float
    start: float
    functions: Taken
    flow: Taken
    server_cpu: float | None

    def overhead(self, clock: str) -> float:
        """What the flow costs more, as a share of the functions."""
        return getattr(self.flow, clock) / getattr(self.functions, clock) - 1


def make_documents(folder: Path, count: int) -> float:
    """So many documents, the same each time; their size in kB."""
    folder.mkdir(parents=True)
    for number in range(count):
        make_text(folder / f"{number:04}.txt", PARAGRAPHS, seed=number)
    return sum(path.stat().st_size for path in folder.iterdir()) / 1000


def taken(work: Callable[[], pipeline.RunResult], count: int) -> Taken:
    """The time of a run, which must have read every document."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    spent = Taken(time.perf_counter() - wall, time.process_time() - cpu)
    read = sum(outcome.status == "ok" for outcome in result.outcomes)
    if read != count:
        raise RuntimeError(f"{read} of {count} documents were read")
    return spent


def quickest(runs: list[Taken]) -> Taken:
    """The least of each clock."""
    return Taken(min(each.wall for each in runs), min(each.cpu for each in runs))


def children_cpu() -> float | None:
    """Processor seconds of the processes that this one has started: of Prefect's server here."""
    tasks = Path("/proc/self/task")
    if not tasks.exists():
        return None
    pids = [pid for task in tasks.iterdir() for pid in (task / "children").read_text().split()]
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])  # utime and stime, proc(5)
    return ticks / os.sysconf("SC_CLK_TCK")


def measure(count: int, *, rounds: int = ROUNDS, told: Callable[[str], None] = print) -> Result:
    """Run both ways in turn, each into a folder of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        size = make_documents(folder / "documents", count)
        make_documents(folder / "few", 2)
        reading.warm_up()
        begun = time.perf_counter()
        with prefect_server(folder / "state"):
            from litclaims.flows.extract import extract_flow

            start = time.perf_counter() - begun
            extract_flow([str(folder / "few")], str(folder / "first"))  # what is loaded late is loaded now
            functions, flow, server = [], [], []
            for number in range(rounds):
                paths = [str(folder / "documents")]
                functions.append(taken(partial(pipeline.run_local, paths, out=folder / f"functions-{number}"), count))
                told(f"  the functions: {functions[-1].wall:6.1f} s, {functions[-1].cpu:6.1f} s of the processor")
                before = children_cpu()
                flow.append(taken(partial(extract_flow, paths, str(folder / f"flow-{number}")), count))
                after = children_cpu()
                server.append(None if before is None or after is None else after - before)
                told(f"  the flow:      {flow[-1].wall:6.1f} s, {flow[-1].cpu:6.1f} s of the processor")
        spent = [each for each in server if each is not None]
        return Result(count, round(size), start, quickest(functions), quickest(flow), min(spent) if spent else None)


def table(result: Result) -> str:
    """What was measured, in lines."""
    size = f"{result.documents:,} documents, {result.kilobytes:,.0f} kB"
    lines = [f"{size}; Prefect's server started in {result.start:.1f} s"]
    for clock, words in (("wall", "by the clock"), ("cpu", "of the processor")):
        ours, flow = getattr(result.functions, clock), getattr(result.flow, clock)
        more = f"{result.overhead(clock):+.1%} (goal: below {GOAL:.0%})"
        lines.append(f"  {words:17} functions {ours:7.1f} s   flow {flow:7.1f} s   {more}")
    if result.server_cpu is not None:
        lines.append(f"  the server took {result.server_cpu:.1f} s of another processor during a run")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Measure, print and write ``outputs/bench/flow.json``."""
    count = int(arguments[0]) if arguments else DOCUMENTS
    print(f"What Prefect costs on {count:,} documents, {ROUNDS} times each way")
    result = measure(count)
    print(table(result))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    measured = {**asdict(result), "overhead": {clock: result.overhead(clock) for clock in ("wall", "cpu")}}
    OUT.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
