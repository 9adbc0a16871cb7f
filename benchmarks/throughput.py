"""Words, megabytes, documents and claims a second, beside three peers: ``python -m benchmarks.throughput``.

Ours is the whole way from files to a Parquet part, in this process and on one core; a peer is given the same texts in
memory and only reads them. Dense texts are the example documents of the field and the papers, in which every second
block holds a figure; sparse ones are registry texts, of which few hold a dose. On these the peers read a sample. Times
are processor seconds, the least of several passes, so that what else runs on the machine counts little.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.record import keep
from benchmarks.strings import Text
from benchmarks.systems import EDSNLP, QUANTULUM3, SCISPACY, System, Unavailable, ask, python_of

SHARED = Path(__file__).parents[1] / ".." / "shared"
DENSE = ("seeds/*", "papers/*.txt")
SPARSE = "data/bulk/trials-10000.jsonl.gz"
PEERS = (SCISPACY, QUANTULUM3, EDSNLP)

PASSES = 3
SPARSE_DOCUMENTS, SAMPLE = 1_000, 150
"""Sparse documents that we read with all measures, and that the peers read: at their speed all would take hours."""

SEED = 1


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a system read some texts."""

    system: str
    texts: str
    documents: int
    megabytes: float
    words: int
    claims: int | None
    seconds: float

    @property
    def words_per_second(self) -> float:
        """Words, parted by white space."""
        return self.words / self.seconds

    def row(self, ours: Pace | None = None) -> str:
        """A line of the table, with how many times as fast we are."""
        times = "" if ours is None else f"{ours.words_per_second / self.words_per_second:8.1f}"
        per = (self.documents / self.seconds, self.megabytes / self.seconds, self.words_per_second)
        return f"{self.system:34}{per[0]:10,.1f}{per[1]:8.2f}{per[2]:12,.0f}{times}"


def read_files(paths: Sequence[Path], name: str, *, only: str | None = None, passes: int = PASSES) -> Pace:
    """Our pace from files (or rows of one) to a Parquet part, models loaded."""
    from litclaims import batches, reading
    from litclaims.inputs import find_inputs
    from litclaims.store.parts import Parts

    os.environ.pop("LITCLAIMS_ONLY", None)
    if only:
        os.environ["LITCLAIMS_ONLY"] = only
    try:
        reading.warm_up()
        items = find_inputs([str(path) for path in paths]).items
        best, done = float("inf"), ()
        for _ in range(passes):
            with tempfile.TemporaryDirectory() as folder, reading.session():
                parts = Parts(folder, "bench")
                started = time.process_time()
                done = [
                    each
                    for batch in batches.packed(items, 300_000)
                    for each in batches.read_batch(batch, parts=parts, fingerprint="bench")
                ]
                best = min(best, time.process_time() - started)
    finally:
        os.environ.pop("LITCLAIMS_ONLY", None)
    texts = [text for path in paths for text in _texts(path)]
    return Pace(
        system="litclaims" + (f", only {only}" if only else ""),
        texts=name,
        documents=len(done),
        megabytes=sum(len(text.encode()) for text in texts) / 1e6,
        words=sum(len(text.split()) for text in texts),
        claims=sum(each.n_claims for each in done),
        seconds=best,
    )


def _texts(path: Path) -> list[str]:
    """The texts of a file as we read them."""
    from litclaims.ingest import read

    if path.suffix == ".jsonl":
        with path.open(encoding="utf-8") as file:
            return [json.loads(line)["text"] for line in file]
    return [read(path).text]


def read_peer(system: System, texts: Sequence[Text], name: str) -> Pace | str:
    """A peer's pace over the same texts, or a word on why there is none."""
    try:
        answer = ask(system, python_of(system), texts)
    except Unavailable as error:
        return f"{system.name} skipped: {error}"
    size = sum(len(text.text.encode()) for text in texts) / 1e6
    return Pace(system.name, name, len(texts), size, answer.words, None, answer.seconds)


def dense(say: Callable[[str], None]) -> list[Pace]:
    """The paces over dense texts."""
    paths = [path for pattern in DENSE for path in sorted(SHARED.glob(pattern)) if path.is_file()]
    ours = read_files(paths, "dense")
    texts = [Text(path.name, text, ()) for path in paths for text in _texts(path)]
    return _told(ours, ours, texts, "dense", say)


def sparse(say: Callable[[str], None]) -> list[Pace]:
    """The paces over sparse texts: ours over all measures, ours for doses alone, the peers over a sample."""
    with gzip.open(SHARED / SPARSE, "rt", encoding="utf-8") as file:
        rows = list(file)
    chosen = random.Random(SEED).sample(rows, SPARSE_DOCUMENTS)
    with tempfile.TemporaryDirectory() as folder:
        some, everything = Path(folder) / "some.jsonl", Path(folder) / "all.jsonl"
        some.write_text("".join(chosen), encoding="utf-8")
        everything.write_text("".join(rows), encoding="utf-8")
        whole = read_files([some], "sparse", passes=1)
        doses = read_files([everything], "sparse", only="doses", passes=2)
    texts = [Text(str(number), json.loads(row)["text"], ()) for number, row in enumerate(chosen[:SAMPLE])]
    say(whole.row(doses))
    return [whole, *_told(doses, doses, texts, "sparse", say)]


def _told(ours: Pace, against: Pace, texts: Sequence[Text], name: str, say: Callable[[str], None]) -> list[Pace]:
    say(ours.row())
    found = [ours]
    for system in PEERS:
        pace = read_peer(system, texts, name)
        say(pace if isinstance(pace, str) else pace.row(against))
        if isinstance(pace, Pace):
            found.append(pace)
    return found


def main() -> int:
    """Measure, print, and keep what was measured."""
    if not (SHARED / SPARSE).exists():
        print("throughput skipped: the shared texts are not here")
        return 0
    paces: list[Pace] = []
    for name, measure in (("dense", dense), ("sparse", sparse)):
        print(f"\n{name:34}{'docs/s':>10}{'MB/s':>8}{'words/s':>12}{'we are':>8}")
        paces += measure(lambda line: print(line, flush=True))
    rows = [asdict(pace) | {"words_per_second": round(pace.words_per_second, 1)} for pace in paces]
    print(f"\nwritten: {keep('throughput', rows)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
