"""How fast documents are read, and whether memory stays flat: ``python -m benchmarks.ingest``.

The texts are made here, the same each time, so that a machine can be held against itself. A format that has no reader
is left out with a word. Processor time is told beside wall-clock time: on a busy machine only the first is ours.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from litclaims import ingest, inputs

DOCUMENTS = 1000
"""Documents over which memory is watched."""

WORDS = (
    "patients",
    "received",
    "cells",
    "injection",
    "knee",
    "bone",
    "marrow",
    "trial",
    "control",
    "group",
    "months",
    "pain",
    "score",
    "outcome",
    "dose",
    "safety",
    "study",
    "treatment",
    "baseline",
    "visit",
    "placebo",
    "were",
    "the",
    "of",
    "and",
    "in",
    "with",
    "after",
    "was",
    "by",
    "for",
    "to",
    "at",
    "from",
    "each",
    "arm",
    "showed",
    "less",
    "more",
)
FIGURES = ("5 million cells", "2 × 10⁶ cells/kg", "12 weeks", "40 mg", "95% CI 1.2–3.4")


@dataclass(frozen=True, slots=True)
class Format:
    """A format, how much of it is to be read in a second, and what makes a document of about so many paragraphs."""

    name: str
    suffix: str
    goal: float
    unit: str
    make: Callable[[Path, int], None]
    paragraphs: int


def sentence(rng: random.Random) -> str:
    """A sentence of the length of those in papers, one in four with a figure."""
    words = rng.choices(WORDS, k=rng.randint(12, 28))
    if rng.random() < 0.25:
        words.insert(rng.randrange(len(words)), rng.choice(FIGURES))
    return " ".join(words).capitalize() + "."


def paragraphs(count: int, seed: int) -> list[str]:
    """Paragraphs of one to six sentences."""
    rng = random.Random(seed)
    return [" ".join(sentence(rng) for _ in range(rng.randint(1, 6))) for _ in range(count)]


def make_text(path: Path, count: int, seed: int = 1) -> None:
    path.write_text("\n\n".join(paragraphs(count, seed)), encoding="utf-8")


def make_html(path: Path, count: int) -> None:
    body = "\n".join(f"<p>{each.replace('10⁶', '10<sup>6</sup>')}</p>" for each in paragraphs(count, 2))
    head = "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>Cells for knees</title></head>"
    path.write_text(f"{head}<body><article><h1>Cells for knees</h1>{body}</article></body></html>", encoding="utf-8")


def make_jats(path: Path, count: int) -> None:
    body = "\n".join(f"<p>{each.replace('10⁶', '10<sup>6</sup>')}</p>" for each in paragraphs(count, 3))
    front = (
        "<front><article-meta><title-group><article-title>Cells</article-title></title-group></article-meta></front>"
    )
    path.write_text(
        f"<?xml version='1.0'?><article>{front}<body><sec><title>Methods</title>{body}</sec></body></article>",
        encoding="utf-8",
    )


def make_pdf(path: Path, count: int) -> None:
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    style = getSampleStyleSheet()["BodyText"]  # with space between paragraphs
    texts = (each.replace("10⁶", "10<super>6</super>") for each in paragraphs(count, 4))
    SimpleDocTemplate(str(path), invariant=1).build([Paragraph(each, style) for each in texts])


FORMATS = (
    Format("plain text", ".txt", 20.0, "MB/s", make_text, 45_000),
    Format("HTML", ".html", 1.0, "MB/s", make_html, 2_000),
    Format("JATS", ".nxml", 5.0, "MB/s", make_jats, 5_000),
    Format("PDF", ".pdf", 10.0, "pages/s", make_pdf, 300),
)


def speed(kind: Format, folder: Path) -> str:
    """A line on one format: the best of three reads, in wall-clock and in processor time."""
    if kind.suffix not in ingest.readers():
        return f"{kind.name:12} skipped: there is no reader for {kind.suffix}"
    path = folder / f"sample{kind.suffix}"
    kind.make(path, kind.paragraphs)
    best = own = float("inf")
    for _ in range(3):
        wall, processor = time.perf_counter(), time.process_time()
        document = ingest.read(path, seconds=600)
        best, own = min(best, time.perf_counter() - wall), min(own, time.process_time() - processor)
    pages = max((block.page or 0 for block in document.blocks), default=0)
    amount = pages if kind.unit == "pages/s" else path.stat().st_size / 1e6
    processor = "" if kind.unit == "pages/s" else f", {amount / own:6.1f} by processor time"
    return f"{kind.name:12}{amount / best:8.1f} {kind.unit}{processor} (goal {kind.goal:g}; {amount:.1f} read)"


def memory(folder: Path) -> str:
    """A line on the memory that is taken after a tenth of the documents and after all."""
    for number in range(DOCUMENTS):
        make_text(folder / f"{number:04}.txt", 60, seed=number)
    taken = {}
    for number, item in enumerate(inputs.find_inputs([folder]).items, 1):
        inputs.load(item)
        if number in (DOCUMENTS // 10, DOCUMENTS):
            taken[number] = resident()
    inputs.close()
    first, last = taken.values()
    return f"memory      {first:8.1f} MB after {DOCUMENTS // 10} documents, {last:.1f} MB after {DOCUMENTS}"


def resident() -> float:
    """Megabytes of memory that this process holds now; at most so far where a system does not tell."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6


def main() -> int:
    """Measure and print."""
    print("Reading documents, without what is done with them afterwards")
    print("-" * 80)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind in FORMATS:
            print(speed(kind, folder), flush=True)
        (folder / "many").mkdir()
        print(memory(folder / "many"), flush=True)
    ingest.isolate.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
