"""Documents, megabytes, words and claims a second, and peak memory, beside peers: ``python -m benchmarks.throughput``.

Ours is the way from files to a Parquet part, on one core, each size in a process of its own so that its peak memory is
its own; a peer is given the same texts in memory and only reads them. Two kinds of text (:mod:`benchmarks.texts`):

* dense: the example documents of the field and the papers;
* sparse: 10, 100, 1,000 and 10,000 registry texts, and 100 MB made of repeats of them, each of which is a document that
  was never seen. With all measures the last two would take minutes: ``benchmarks.cores`` has them. The peers read a
  sample: at their speed all would take hours.

quantulum3, called with a whole text as its documentation calls it, takes longer than a text is long, and is given the
shortest of the dense ones, which is to its advantage. Times are told twice: seconds of a clock,
and processor seconds, which are the ones compared, so that what else runs on the machine counts little. Of up to
five passes the quickest counts, ours as theirs.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path

from benchmarks.peers.worker import LONG_ENOUGH, REPEATS, peak_mb
from benchmarks.record import keep, save_plot
from benchmarks.strings import Text
from benchmarks.systems import (
    EDSNLP,
    QUANTULUM3,
    QUANTULUM3_WHOLE,
    SCISPACY,
    Answer,
    System,
    Unavailable,
    ask,
    python_of,
)
from benchmarks.texts import SPARSE, WORD, Size, dense, rows, write_copies, write_sparse

ROOT = Path(__file__).parents[1]
SVG = Path(__file__).with_name("throughput.svg")
OURS = "litclaims"
PEERS = (SCISPACY, QUANTULUM3_WHOLE, QUANTULUM3, EDSNLP)
SLOW = (QUANTULUM3_WHOLE,)

SIZES = (10, 100, 1_000, 10_000)
REPEATED_BYTES = 100_000_000
ALL_UP_TO = 1_000
"""Sparse documents above which all measures are not read."""

SAMPLES = (10, 100)
"""Sparse documents that the peers read."""

SHORT_BYTES = 60_000
"""Dense bytes for a peer that would take many minutes over all of them."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a system read some texts.

    Attributes:
        only: ``doses`` where doses alone were read; None for all that the system reads.
        found: claims of ours, quantities of peers.
        seconds: of the processor, of the quickest pass.
        wall_seconds: of a clock, of the same pass.
        peak_mb: the most memory that the process held, models and texts included; None where the system does not tell.
    """

    system: str
    texts: str
    documents: int
    megabytes: float
    words: int
    found: int
    seconds: float
    wall_seconds: float
    peak_mb: float | None = None
    only: str | None = None

    @property
    def name(self) -> str:
        """Of the system, with what it was asked for."""
        return self.system if self.only is None else f"{self.system}, only {self.only}"

    @property
    def words_per_second(self) -> float:
        """Words, parted by white space."""
        return self.words / self.seconds

    @property
    def rates(self) -> dict[str, float]:
        """What was read in a second of the processor."""
        per = {"documents": self.documents, "megabytes": self.megabytes, "words": self.words, "found": self.found}
        return {f"{name}_per_second": round(value / self.seconds, 3) for name, value in per.items()}

    def row(self, *ours: Pace) -> str:
        """A line of the table, with how many times as fast each of ours is."""
        times = "".join(f"{each.words_per_second / self.words_per_second:9.1f}" for each in ours)
        rates = self.rates
        documents, megabytes, words, found = (rates[f"{name}_per_second"] for name in UNITS)
        peak = f"{self.peak_mb:8,.0f}" if self.peak_mb else f"{'-':>8}"
        head = f"{self.name:34}{self.documents:8,}{self.megabytes:8.2f}"
        return f"{head}{documents:10,.1f}{megabytes:8.2f}{words:11,.0f}{found:9,.1f}{peak}{times}"


UNITS = ("documents", "megabytes", "words", "found")
HEAD = f"{'':34}{'docs':>8}{'MB':>8}{'docs/s':>10}{'MB/s':>8}{'words/s':>11}{'found/s':>9}{'MB peak':>8}"


def read_folder(folder: str, only: str | None) -> dict[str, float]:
    """Read a folder to parts in this process, models loaded: seconds, claims and peak memory."""
    from litclaims import batches, reading
    from litclaims.inputs import find_inputs
    from litclaims.store.parts import Parts
    from litclaims.workers import Runner

    reading.warm_up(names=True)
    best: dict[str, float] = {}
    passed, worn = 0, 0.0
    while passed < REPEATS and worn < LONG_ENOUGH:
        with tempfile.TemporaryDirectory() as out, reading.session():
            parts = Parts(out, "bench")
            started, worked = time.perf_counter(), time.process_time()
            found = documents = 0
            for batch in batches.shared_out(find_inputs([folder]).items, Runner("thread", 1), only=only):
                done = batches.read_batch(batch, parts=parts, fingerprint="bench", only=only)
                documents += sum(each.status == "ok" for each in done)
                found += sum(each.n_claims for each in done)
            taken = {"seconds": time.process_time() - worked, "wall_seconds": time.perf_counter() - started}
        if not best or taken["seconds"] < best["seconds"]:
            best = {**taken, "documents": documents, "found": found}
        passed, worn = passed + 1, worn + taken["seconds"]
    return {**best, "peak_mb": peak_mb()}


def ours(folder: Path, size: Size, texts: str, *, only: str | None = None) -> Pace:
    """Our pace over a folder, in a process of its own."""
    asked = json.dumps([str(folder), only])
    command = [sys.executable, "-m", "benchmarks.throughput", "--one", asked]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    told = json.loads(done.stdout.splitlines()[-1])
    if told["documents"] != size.documents:
        raise RuntimeError(f"of {size.documents} documents only {told['documents']} were read")
    return Pace(OURS, texts, megabytes=size.bytes / 1e6, words=size.words, only=only, **told)


def read_peer(system: System, texts: Sequence[Text], name: str) -> Pace | str:
    """A peer's pace over the same texts, or a word on why there is none."""
    try:
        answer = ask(system, python_of(system), texts)
    except Unavailable as error:
        return f"{system.name} skipped: {error}"
    return _peer_pace(system, texts, name, answer)


def _peer_pace(system: System, texts: Sequence[Text], name: str, answer: Answer) -> Pace:
    size = sum(len(text.text.encode()) for text in texts) / 1e6
    found = sum(len(reads) for reads in answer.reads.values())
    times = {"seconds": answer.seconds, "wall_seconds": answer.wall_seconds, "peak_mb": answer.peak_mb}
    return Pace(system.name, name, len(texts), size, answer.words, found, **times)


def short(texts: Sequence[Text], size: int = SHORT_BYTES) -> list[Text]:
    """The shortest of the texts, together not more than so many bytes but one at least."""
    chosen: list[Text] = []
    for text in sorted(texts, key=lambda each: len(each.text)):
        if chosen and sum(len(each.text.encode()) for each in (*chosen, text)) > size:
            break
        chosen.append(text)
    return chosen


def measure_dense(scratch: Path, say: Callable[[str], None]) -> list[Pace]:
    """The paces over dense texts."""
    from litclaims.ingest import read

    paths = dense()
    size = write_copies(paths, scratch / "dense")
    both = [ours(scratch / "dense", size, "dense", only=only) for only in (None, "doses")]
    for pace in both:
        say(pace.row())
    found = list(both)
    texts = [Text(path.name, read(path).text, ()) for path in paths]
    for system in PEERS:
        given = (short(texts), "dense, the shortest") if system in SLOW else (texts, "dense")
        found += _told(read_peer(system, *given), both, say)
    for number, pace in enumerate(both):  # once more: what else ran before may have ended
        found[number] = min(pace, ours(scratch / "dense", size, "dense", only=pace.only), key=lambda one: one.seconds)
        say(found[number].row())
    return found


def measure_sparse(scratch: Path, say: Callable[[str], None]) -> list[Pace]:
    """The paces over sparse texts, by their number."""
    found: list[Pace] = []
    for documents in (*SIZES, None):
        folder = scratch / f"sparse-{documents}"
        size = write_sparse(folder, documents=documents, size=REPEATED_BYTES)
        texts = "sparse" if documents else "sparse, repeated"
        for only in ("doses", None) if size.documents <= ALL_UP_TO else ("doses",):
            found.append(ours(folder, size, texts, only=only))
            say(found[-1].row())
    both = [max((one for one in found if one.only == only), key=lambda one: one.documents) for only in (None, "doses")]
    for documents in SAMPLES:
        texts = [Text(str(number), text, ()) for number, text in enumerate(islice(rows(), documents))]
        for system in PEERS:
            found += _told(read_peer(system, texts, "sparse"), both, say)
    return found


def _told(pace: Pace | str, against: Sequence[Pace], say: Callable[[str], None]) -> list[Pace]:
    say(pace if isinstance(pace, str) else pace.row(*against))
    return [] if isinstance(pace, str) else [pace]


def times(paces: Sequence[Pace]) -> dict[str, dict[str, float]]:
    """How many times as fast as each peer we are, by what was read: words a second over the most documents of each."""
    found: dict[str, dict[str, float]] = {}
    most = {(pace.texts.split(",")[0], pace.name): pace for pace in sorted(paces, key=lambda each: each.documents)}
    for (texts, name), pace in most.items():
        if pace.system == OURS:
            peers = [(other, one) for (kind, other), one in most.items() if kind == texts and one.system != OURS]
            compared = {other: round(pace.words_per_second / one.words_per_second, 1) for other, one in peers}
            found[f"{texts}: {name}"] = compared
    return found


def plot(paces: Sequence[Pace], path: Path) -> None:
    """Words a second of every system; our seconds and memory by documents."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 3.8), layout="constrained")
    left, middle, right = figure.subplots(1, 3, width_ratios=(1.6, 1, 1))
    most = {(pace.texts.split(",")[0], pace.name): pace for pace in sorted(paces, key=lambda each: each.documents)}
    names = sorted({name for _, name in most}, key=lambda name: (not name.startswith(OURS), name))
    for shift, texts in ((-0.2, "dense"), (0.2, "sparse")):
        shown = [(names.index(name) + shift, pace) for (kind, name), pace in most.items() if kind == texts]
        bars = left.barh([at for at, _ in shown], [pace.words_per_second for _, pace in shown], 0.38, label=texts)
        left.bar_label(bars, [f"{pace.words_per_second:,.0f}" for _, pace in shown], padding=3, fontsize=7)
    left.set(xscale="log", xlabel="words a second of the processor", yticks=range(len(names)), yticklabels=names)
    left.invert_yaxis()
    left.margins(x=0.25)
    for only, label in ((None, "all figures"), ("doses", "doses alone")):
        chosen = [one for one in paces if one.system == OURS and one.texts != "dense" and one.only == only]
        documents = [one.documents for one in chosen]
        middle.loglog(documents, [one.seconds for one in chosen], "o-", label=label)
        right.semilogx(documents, [one.peak_mb or 0 for one in chosen], "o-", label=label)
        if chosen:
            slope = chosen[-1].seconds / documents[-1]
            middle.loglog(documents, [slope * each for each in documents], ":", color="grey")
    middle.set(xlabel="sparse documents", ylabel="processor seconds (dotted: linear)")
    right.set(xlabel="sparse documents", ylabel="peak memory, MB", ylim=(0, None))
    for axes in (left, middle, right):
        axes.legend(frameon=False, fontsize=8)
    save_plot(figure, path)


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and keep what was measured and its plot."""
    if arguments[:1] == ["--one"]:
        print(json.dumps(read_folder(*json.loads(arguments[1]))))
        return 0
    if not SPARSE.exists() or not dense():
        print(f"throughput {WORD}")
        return 0
    paces: list[Pace] = []
    for measure in (measure_dense, measure_sparse):
        print(f"\n{HEAD}{'all ×':>9}{'doses ×':>9}")
        with tempfile.TemporaryDirectory() as folder:
            paces += measure(Path(folder), lambda line: print(line, flush=True))
    plot(paces, SVG)
    measured = [asdict(replace(pace, megabytes=round(pace.megabytes, 3))) | pace.rates for pace in paces]
    kept = keep("throughput", {"paces": measured, "times_as_fast": times(paces)})
    print(f"\n{json.dumps(times(paces), indent=2)}\nwritten: {kept}, {SVG.name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
