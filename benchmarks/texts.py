"""The texts that speed is measured on: dense ones, sparse ones, and as many more sparse ones as are wanted.

Dense are the example documents of the field and the papers, in which every second block holds a figure; sparse are
registry texts, of which few hold a dose. Both lie in ``../shared``; where it is missing, so are they.
"""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

SHARED = Path(__file__).parents[1] / ".." / "shared"
DENSE = ("seeds/*", "papers/*.txt")
SPARSE = SHARED / "data" / "bulk" / "trials-10000.jsonl.gz"
WORD = "skipped: the shared texts are not here"


@dataclass(frozen=True, slots=True)
class Size:
    """How much was written: documents, bytes, and words parted by white space."""

    documents: int = 0
    bytes: int = 0
    words: int = 0

    def and_text(self, text: str) -> Size:
        """With one document more."""
        return Size(self.documents + 1, self.bytes + len(text.encode()), self.words + len(text.split()))


def dense() -> list[Path]:
    """The dense documents; none where they are missing."""
    return [path for pattern in DENSE for path in sorted(SHARED.glob(pattern)) if path.is_file()]


def rows(file: Path = SPARSE) -> Iterator[str]:
    """The sparse texts, in their order."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def without_end(file: Path = SPARSE) -> Iterator[str]:
    """The sparse texts, and again and again; each that comes again begins with a line of its own, so that it is new."""
    for time in count():
        for number, text in enumerate(rows(file)):
            yield f"Copy {time} of text {number}.\n\n{text}" if time else text


def write_copies(paths: list[Path], folder: Path) -> Size:
    """Copy documents into a folder; gives how much they are as text."""
    from litclaims.ingest import read

    folder.mkdir(parents=True)
    size = Size()
    for path in paths:
        shutil.copy(path, folder)
        size = size.and_text(read(path).text)
    return size


def write_sparse(folder: Path, *, documents: int | None = None, size: int = 0, file: Path = SPARSE) -> Size:
    """Write sparse texts as files: so many documents, or until they are so many bytes."""
    folder.mkdir(parents=True)
    written = Size()
    for number, text in enumerate(islice(without_end(file), documents)):
        (folder / f"{number:06}.txt").write_text(text, encoding="utf-8", newline="")
        written = written.and_text(text)
        if documents is None and written.bytes >= size:
            break
    return written
