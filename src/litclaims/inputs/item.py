"""The nouns of this package: an input, and where in a file or on the net it stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from litclaims.model import Outcome


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a zip archive: its place in the directory of the archive, from 0, and its name there."""

    index: int
    name: str


@dataclass(frozen=True, slots=True)
class Record:
    """A row of a table, an article or an entry of a set: the bytes ``start <= i < end`` of the (unpacked) file.

    Attributes:
        kind: ``csv``, ``jsonl``, ``pubmed``, ``bibtex``, ``ris`` or ``nbib``.
        id: what the file calls it, or its number in the file.
    """

    kind: str
    start: int
    end: int
    id: str


@dataclass(frozen=True, slots=True)
class Address:
    """A page on the net, ``http`` or ``https``."""

    url: str


@dataclass(frozen=True, slots=True)
class Input:
    """A document to read.

    Attributes:
        path: of the file that holds it; of an address the last part.
        doc: its name in the tables, unique in a run.
        source: where it is, as the user gave it.
        part: where in the file it stands, None for the whole file.
        size: bytes that reading it takes, about; 0 where that is not known.
    """

    path: Path
    doc: str
    source: str
    part: Member | Record | Address | None = None
    size: int = 0


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a run reads, and the outcome of what it cannot."""

    items: tuple[Input, ...]
    outcomes: tuple[Outcome, ...] = ()
