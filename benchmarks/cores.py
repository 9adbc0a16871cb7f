"""Cores, documents and memory: ``python -m benchmarks.cores [--documents N,…] [--workers N] [--texts FILE.jsonl.gz]``.

Real registry texts (``../shared/data/bulk``; others can be named) are read from files to parts and tables, without
Prefect:

* two processes against one, on the same documents, alternately, so that both meet the machine as it is: wall seconds
  of reading (``extract``), with the start of the workers and without it;
* the whole run at 100, 1,000 and 10,000 documents: seconds, and the peak memory of the run, of a worker and of
  all processes together (proportional set size, in which shared pages count once; looked up once a second);
* the run after it, in which nothing is new.

``results/cores.json`` and ``results/cores.svg``. A run is a process of its own, so that its peak is its own.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

HERE = Path(__file__).parent
TEXTS = HERE.parent / ".." / "shared" / "data" / "bulk" / "trials-10000.jsonl.gz"
JSON, SVG = HERE / "results" / "cores.json", HERE / "results" / "cores.svg"
SIZES = (100, 1_000, 10_000)
SPEED_DOCUMENTS = 1_000
ROUNDS = 2
POLL_SECONDS = 1.0  # looking up the memory of a process costs it some milliseconds

_RUN = """
import sys
from litclaims.cli import main
sys.argv = ["litclaims", "run", *sys.argv[1:]]
if __name__ == "__main__":
    main()
"""


def write_documents(texts: Path, count: int, folder: Path) -> int:
    """Write so many texts as files; gives their bytes. Where there are fewer texts they come again."""
    folder.mkdir(parents=True)
    total = 0
    for number, text in enumerate(islice(_texts(texts), count)):
        raw = text.encode()
        (folder / f"{number:06}.txt").write_bytes(raw)
        total += len(raw)
    return total


def _texts(path: Path) -> Iterator[str]:
    while True:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)["text"]


def measure(folder: Path, out: Path, *, workers: int) -> dict[str, float]:
    """One run in a process of its own: its seconds and peak memory (MB)."""
    runner = ["--runner", "process", "--workers", str(workers)]
    script = out.with_suffix(".py")
    script.write_text(_RUN, encoding="utf-8")
    command = [sys.executable, str(script), str(folder), "--out", str(out), "--no-prefect", "--quiet", *runner]
    started = time.perf_counter()
    process = subprocess.Popen(command)
    peaks = {"run": 0, "worker": 0, "all": 0}
    while process.poll() is None:
        own, others = _memory(process.pid), [_memory(each) for each in _below(process.pid)]
        for name, value in (("run", own), ("worker", max(others, default=0)), ("all", own + sum(others))):
            peaks[name] = max(peaks[name], value)
        time.sleep(POLL_SECONDS)
    if process.returncode:
        raise SystemExit(f"the run over {folder} ended with code {process.returncode}")
    seconds = json.loads((out / "run.json").read_text(encoding="utf-8"))["seconds"]
    return {
        "seconds": round(time.perf_counter() - started, 2),
        **{f"{name}_seconds": round(value, 2) for name, value in seconds.items()},
        **{f"peak_{name}_mb": round(value / 2**20) for name, value in peaks.items()},
    }


def _below(number: int) -> list[int]:
    """The processes that one has started, and those that they have."""
    found, parents = [], [number]
    while parents:
        parent = parents.pop()
        try:
            tasks = list(Path(f"/proc/{parent}/task").iterdir())
            children = [int(word) for task in tasks for word in (task / "children").read_text().split()]
        except OSError:  # it has just ended
            continue
        found += children
        parents += children
    return found


def _memory(number: int) -> int:
    """Bytes of a process, a page that n share counted as an nth of it."""
    try:
        lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def speed(texts: Path, workers: int, scratch: Path) -> dict[str, object]:
    """One process against several, alternately."""
    folder = scratch / "speed"
    size = write_documents(texts, SPEED_DOCUMENTS, folder)
    seconds: dict[int, list[float]] = {1: [], workers: []}
    for number in range(ROUNDS):
        for count in seconds:
            made = measure(folder, scratch / f"speed-{count}-{number}", workers=count)
            seconds[count].append(made["extract_seconds"])
            print(f"{count} process(es), {SPEED_DOCUMENTS} documents, {size / 1e6:.1f} MB: {made}", flush=True)
    best = {count: min(each) for count, each in seconds.items()}
    return {
        "documents": SPEED_DOCUMENTS,
        "bytes": size,
        "extract_seconds": {str(count): each for count, each in seconds.items()},
        "ratio": round(best[1] / best[workers], 2),
    }


def growth(texts: Path, sizes: list[int], workers: int, scratch: Path) -> list[dict[str, float]]:
    """The whole run and the one after it, by the number of documents."""
    rows = []
    for count in sizes:
        folder, out = scratch / f"in-{count}", scratch / f"out-{count}"
        size = write_documents(texts, count, folder)
        row = {"documents": count, "bytes": size, **measure(folder, out, workers=workers)}
        row["again_seconds"] = measure(folder, out, workers=workers)["seconds"]
        rows.append(row)
        print(row, flush=True)
    return rows


def plot(rows: list[dict[str, float]], path: Path) -> None:
    """Seconds and memory by documents."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 3.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    documents = [row["documents"] for row in rows]
    left.loglog(documents, [row["extract_seconds"] for row in rows], "o-", label="reading")
    left.loglog(documents, [row["seconds"] for row in rows], "s-", label="whole run")
    left.loglog(documents, [rows[-1]["seconds"] * each / documents[-1] for each in documents], ":", label="linear")
    left.set(xlabel="documents", ylabel="seconds")
    for name, label in (("all", "all processes"), ("run", "the run"), ("worker", "a worker")):
        right.semilogx(documents, [row[f"peak_{name}_mb"] for row in rows], "o-", label=label)
    right.set(xlabel="documents", ylabel="peak memory, MB", ylim=(0, None))
    for axes in (left, right):
        axes.legend(frameon=False)
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Measure, print, and write the figures and the plot."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--documents", default=",".join(map(str, SIZES)), help="sizes, with commas between")
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--texts", type=Path, default=TEXTS)
    asked.add_argument("--no-speed", action="store_true", help="leave out one process against several")
    given = asked.parse_args()
    if not given.texts.exists():
        raise SystemExit(f"skipped: there is no {given.texts.name}; name other texts with --texts")
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        rows = growth(given.texts, [int(each) for each in given.documents.split(",")], given.workers, scratch)
        found: dict[str, object] = {"workers": given.workers, "cores": os.cpu_count(), "load": os.getloadavg()[0]}
        found["growth"] = rows
        found["memory_ratio"] = round(rows[-1]["peak_all_mb"] / rows[0]["peak_all_mb"], 2)
        if not given.no_speed:
            found["speed"] = speed(given.texts, given.workers, scratch)
    JSON.parent.mkdir(exist_ok=True)
    JSON.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    plot(rows, SVG)
    print(json.dumps({name: value for name, value in found.items() if name != "growth"}, indent=2))


if __name__ == "__main__":
    main()
