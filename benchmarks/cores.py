"""Cores, documents and memory of whole runs: ``python -m benchmarks.cores [--documents N,…] [--texts FILE.jsonl.gz]``.

Real registry texts (``../shared/data/bulk``; others can be named) are read from files to parts and tables, without
Prefect, for all figures and for doses alone:

* the whole run at 100, 1,000 and 10,000 documents: seconds, and the peak memory of the run, of a worker and of all
  processes together (proportional set size, in which shared pages count once; looked up once a second); and the run
  after it, in which nothing is new;
* two processes against one, on the same documents, alternately, so that both meet the machine as it is.

How much faster two processes are is told in three ways: by the seconds of reading, in which the workers start; by what
each document more takes (the difference between a long and a short run), in which they do not; and by the processor
seconds of the busiest worker, as on a machine that does nothing else. What the machine itself gives is measured beside
it: two loops at once against one. A run is a process of its own, so that its peak is its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.record import keep, save_plot
from benchmarks.texts import SPARSE, WORD, write_sparse

HERE = Path(__file__).parent
SVG = HERE / "cores.svg"
SIZES = (100, 1_000, 10_000)
MODES = ("all", "doses")
SPEED_SIZES = {"all": (300, 2_000), "doses": (1_000, 10_000)}
ROUNDS = 2
LIMIT_SECONDS = 900
"""A size that would take longer, by what the one before it took, is left out."""

_PEAKS = (("all", "o", "all processes"), ("run", "s", "the run"), ("worker", "^", "a worker"))
POLL_SECONDS = 0.25
POLLS_PER_LOOK = 4
"""Looking up the memory of a process costs it some milliseconds; its time costs nothing."""

_RUN = """
import sys
from litclaims.cli import main
sys.argv = ["litclaims", "run", *sys.argv[1:]]
if __name__ == "__main__":
    main()
"""
_READ = """
import sys
from benchmarks.cores import read_alone
if __name__ == "__main__":
    read_alone(*sys.argv[1:])
"""
_LOOP = """
import time
started = time.perf_counter()
for _ in range(30_000_000):
    pass
print(time.perf_counter() - started)
"""


def measure(folder: Path, out: Path, *, workers: int, mode: str) -> dict[str, float]:
    """One run in a process of its own: its seconds and its peak memory (MB)."""
    asked = [str(folder), *f"--no-prefect --quiet --runner process --workers {workers} --out".split(), str(out)]
    started = time.perf_counter()
    peaks, _ = _watched(_RUN, asked + ([] if mode == "all" else ["--only", mode]), out)
    seconds = json.loads((out / "run.json").read_text(encoding="utf-8"))["seconds"]
    return {
        "seconds": round(time.perf_counter() - started, 2),
        **{f"{name}_seconds": round(value, 2) for name, value in seconds.items()},
        **{f"peak_{name}_mb": round(value / 2**20) for name, value in peaks.items()},
    }


def measure_reading(folder: Path, out: Path, *, workers: int, mode: str) -> dict[str, float]:
    """Reading alone, in a process of its own: seconds of a clock, and those of the processor that the workers took."""
    told = out.with_suffix(".json")
    _, used = _watched(_READ, [str(folder), str(out), str(workers), mode, str(told)], out)
    seconds = json.loads(told.read_text(encoding="utf-8"))
    return {**seconds, "worker_cpu_seconds": round(max(used, default=0.0), 2), "all_cpu_seconds": round(sum(used), 2)}


def read_alone(folder: str, out: str, workers: str, mode: str, told: str) -> None:
    """Read a folder with so many workers and write the seconds that it took: of all, and until the first batch."""
    from litclaims import batches, plan
    from litclaims.workers import Runner

    only = None if mode == "all" else mode
    job = plan.job([folder], out=out, only=only, runner=Runner("process", int(workers)))
    with plan.opened(job) as (store, planned):
        runner = batches.runner_of(planned, job)
        started, worked, first = time.perf_counter(), time.process_time(), 0.0
        shared = batches.shared_out(planned.to_read, runner)
        for made in batches.read_shared(shared, planned, job, runner, told=lambda _: None):
            first = first or time.perf_counter() - started
            store.keep(made, fingerprint=planned.fingerprint)
        seconds = {"extract_seconds": time.perf_counter() - started, "first_batch_seconds": first}
        seconds["run_cpu_seconds"] = time.process_time() - worked
    Path(told).write_text(json.dumps({name: round(value, 2) for name, value in seconds.items()}), encoding="utf-8")


def _watched(script: str, asked: list[str], out: Path) -> tuple[dict[str, int], list[float]]:
    """Run a script to its end; see :func:`_watch`."""
    file = out.with_suffix(".py")
    file.write_text(script, encoding="utf-8")
    process = subprocess.Popen([sys.executable, str(file), *asked], env=os.environ | {"PYTHONPATH": _module_path()})
    peaks, used = _watch(process)
    if process.returncode:
        raise SystemExit(f"the run over {asked[0]} ended with code {process.returncode}")
    return peaks, used


def _module_path() -> str:
    """Where a script that lies elsewhere finds this module."""
    return os.pathsep.join([str(HERE.parent), *filter(None, [os.environ.get("PYTHONPATH")])])


def _watch(process: subprocess.Popen) -> tuple[dict[str, int], list[float]]:
    """Until a process ends: the peak memory of it, of a worker and of all; the processor seconds of the workers."""
    peaks, used, polls = {"run": 0, "worker": 0, "all": 0}, {}, 0
    while process.poll() is None:
        workers = [each for depth, each in _below(process.pid) if depth > 1]
        used |= {each: seconds for each in workers if (seconds := cpu_seconds(each))}
        if polls % POLLS_PER_LOOK == 0:
            own = _memory(process.pid)
            others = {each: _memory(each) for _, each in _below(process.pid)}
            largest = max((others.get(each, 0) for each in workers), default=0)
            for name, value in (("run", own), ("worker", largest), ("all", own + sum(others.values()))):
                peaks[name] = max(peaks[name], value)
        polls += 1
        time.sleep(POLL_SECONDS)
    return peaks, list(used.values())


def _below(number: int) -> Iterator[tuple[int, int]]:
    """The processes that one has started, and those that they have, each with how far below it is.

    Workers are started by a server of the run, and so are two below it.
    """
    parents = [(0, number)]
    while parents:
        depth, parent = parents.pop()
        try:
            tasks = list(Path(f"/proc/{parent}/task").iterdir())
            children = [int(word) for task in tasks for word in (task / "children").read_text().split()]
        except OSError:  # it has just ended
            continue
        found = [(depth + 1, child) for child in children]
        yield from found
        parents += found


def _memory(number: int) -> int:
    """Bytes of a process, a page that n share counted as an nth of it."""
    try:
        lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def cpu_seconds(number: int) -> float:
    """What a process has had of the processors; 0 if it has ended."""
    try:
        after_name = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def speed(texts: Path, workers: int, mode: str, scratch: Path) -> dict[str, object]:
    """One process against several, alternately, on few documents and on many."""
    few, many = SPEED_SIZES[mode]
    found: dict[int, dict[int, list[dict[str, float]]]] = {}
    for documents in (few, many):
        folder = scratch / f"speed-{documents}"
        if not folder.exists():
            write_sparse(folder, documents=documents, file=texts)
        found[documents] = {1: [], workers: []}
        for number in range(ROUNDS):
            for count, made in found[documents].items():
                out = scratch / f"speed-{mode}-{documents}-{count}-{number}"
                made.append(measure_reading(folder, out, workers=count, mode=mode))
                print(f"{mode}, {documents} documents, {count} process(es): {made[-1]}", flush=True)
    return {"few": few, "many": many, **ratios(found[few], found[many], workers)}


def ratios(
    few: dict[int, list[dict[str, float]]], many: dict[int, list[dict[str, float]]], workers: int
) -> dict[str, object]:
    """How much faster several processes are than one, in each of the ways; the least of the rounds counts.

    Args:
        few, many: the measurements of the short and the long run, by the number of processes.
    """

    def least(rounds: Sequence[dict[str, float]], name: str) -> float:
        return min(made[name] for made in rounds)

    def ratio(name: str, *, started: bool) -> float:
        taken = [least(many[count], name) - (0 if started else least(few[count], name)) for count in (1, workers)]
        return round(taken[0] / taken[1], 2) if taken[1] > 0 else 0.0

    return {
        "extract_seconds": {str(count): [made["extract_seconds"] for made in rounds] for count, rounds in many.items()},
        "ratio": ratio("extract_seconds", started=True),
        "ratio_without_start": ratio("extract_seconds", started=False),
        "ratio_of_processor": ratio("worker_cpu_seconds", started=False),
    }


def machine_ratio(workers: int) -> float:
    """How much faster the machine does an empty loop so many times with as many processes at once than one by one."""

    def seconds(count: int) -> float:
        command = [sys.executable, "-c", _LOOP]
        running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(count)]
        return max(float(each.communicate()[0]) for each in running)

    rounds = [(seconds(1), seconds(workers)) for _ in range(3)]
    return round(workers * min(one for one, _ in rounds) / min(several for _, several in rounds), 2)


def growth(texts: Path, sizes: list[int], workers: int, mode: str, scratch: Path) -> list[dict[str, float]]:
    """The whole run and the one after it, by the number of documents."""
    measured: list[dict[str, float]] = []
    for documents in sizes:
        if measured and (expected := _expected(measured[-1], documents)) > LIMIT_SECONDS:
            print(f"{mode}: {documents} documents skipped: it would take some {expected / 60:.0f} minutes", flush=True)
            break
        folder, out = scratch / f"in-{documents}", scratch / f"out-{mode}-{documents}"
        if not folder.exists():
            write_sparse(folder, documents=documents, file=texts)
        size = sum(path.stat().st_size for path in folder.iterdir())
        row = {"documents": documents, "bytes": size, **measure(folder, out, workers=workers, mode=mode)}
        row["again_seconds"] = measure(folder, out, workers=workers, mode=mode)["seconds"]
        measured.append(row)
        print(f"{mode}: {row}", flush=True)
    return measured


def _expected(last: dict[str, float], documents: int) -> float:
    """The seconds of a run of so many documents and of the one after it, if they grow as the documents do."""
    return (last["seconds"] + last["again_seconds"]) * documents / last["documents"]


def plot(found: dict[str, list[dict[str, float]]], path: Path) -> None:
    """Seconds and memory by documents, of both modes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    for (mode, measured), style in zip(found.items(), ("-", "--"), strict=False):
        documents = [row["documents"] for row in measured]
        told = "all figures" if mode == "all" else f"{mode} alone"
        for name, mark, label in (("extract_seconds", "o", "reading"), ("seconds", "s", "whole run")):
            left.loglog(documents, [row[name] for row in measured], mark + style, label=f"{label}, {told}")
        for name, mark, label in _PEAKS:
            peaks = [row[f"peak_{name}_mb"] for row in measured]
            right.semilogx(documents, peaks, mark + style, label=f"{label}, {told}")
        if mode == "all":
            slope = measured[-1]["extract_seconds"] / documents[-1]
            left.loglog(documents, [slope * each for each in documents], ":", color="grey", label="linear")
    left.set(xlabel="documents", ylabel="seconds, two workers")
    right.set(xlabel="documents", ylabel="peak memory, MB", ylim=(0, None))
    right.set_ylim(0, 1.6 * right.get_ylim()[1])  # room for the legend
    for axes in (left, right):
        axes.legend(frameon=False, fontsize=7, loc="upper left")
    save_plot(figure, path)


def memory_ratio(measured: Sequence[dict[str, float]]) -> float:
    """The peak of all processes at the most documents, over that at the fewest."""
    return round(measured[-1]["peak_all_mb"] / measured[0]["peak_all_mb"], 2)


def main() -> None:
    """Measure, print, and keep the figures and the plot."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--documents", default=",".join(map(str, SIZES)), help="sizes, with commas between")
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--texts", type=Path, default=SPARSE)
    asked.add_argument("--only", choices=("growth", "speed"), help="measure one of the two and keep nothing")
    given = asked.parse_args()
    if not given.texts.exists():
        print(f"cores {WORD}; name others with --texts")
        return
    sizes = [int(each) for each in given.documents.split(",")]
    found: dict[str, object] = {"workers": given.workers, "machine_ratio": machine_ratio(given.workers)}
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        if given.only != "speed":
            grown = {mode: growth(given.texts, sizes, given.workers, mode, scratch) for mode in MODES}
            found |= {"growth": grown, "memory_ratio": {mode: memory_ratio(each) for mode, each in grown.items()}}
        if given.only != "growth":
            found["speed"] = {mode: speed(given.texts, given.workers, mode, scratch) for mode in MODES}
    print(json.dumps({name: value for name, value in found.items() if name != "growth"}, indent=2))
    if given.only is None:
        plot(grown, SVG)
        print(f"written: {keep('cores', found)}, {SVG.name}")


if __name__ == "__main__":
    main()
