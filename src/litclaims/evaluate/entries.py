"""Reference lists and stances, held against gold entry by entry."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from litclaims.evaluate import attributes
from litclaims.evaluate.attributes import AttributeCounts, Judgement
from litclaims.evaluate.counts import Ratios, adding
from litclaims.evaluate.gold import REFERENCE_FIELDS, GoldReference, GoldStance
from litclaims.model import Reference, Stance

DOI_PREFIX = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:?\s*)", re.IGNORECASE)
NOT_WORD = re.compile(r"[^\w]+|_+")


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one reference or stance.

    Attributes:
        kind: ``reference`` or ``stance``.
        label: ``right`` (found), ``silent`` (missed) or ``spurious``.
        name: what it is, for a reader.
        fields: of a reference that was found, the verdict on each field that gold or prediction gives.
    """

    kind: str
    label: str
    name: str
    fields: tuple[Judgement, ...] = ()


@adding
@dataclass(frozen=True, slots=True)
class EntryCounts(Ratios):
    """Tally of entries."""

    right: int = 0
    silent: int = 0
    spurious: int = 0

    @property
    def gold(self) -> int:
        """How many there are to find."""
        return self.right + self.silent

    @property
    def predicted(self) -> int:
        """How many were found, right or not."""
        return self.right + self.spurious


def tally(entries: Iterable[Entry]) -> EntryCounts:
    """Counts of the entries' labels."""
    counts = EntryCounts()
    for entry in entries:
        counts += EntryCounts(**{entry.label: 1})
    return counts


def field_counts(entries: Iterable[Entry]) -> dict[str, AttributeCounts]:
    """Counts of each reference field over the entries found, in order of the fields."""
    judged = attributes.tally(field for entry in entries for field in entry.fields)
    return {name: judged[name] for name in REFERENCE_FIELDS if name in judged}


def judge_references(gold: Sequence[GoldReference], found: Sequence[Reference]) -> tuple[Entry, ...]:
    """Pair entries one to one, by DOI, else PubMed id, else title, else first author, year and volume."""
    found = sorted(found, key=repr)
    partner: dict[int, int] = {}
    for key in (_by_doi, _by_pmid, _by_title, _by_place):
        _pair(gold, found, key, partner)
    taken = set(partner.values())
    entries = [
        _found(entry, found[partner[index]]) if index in partner else Entry("reference", "silent", _name(entry.value))
        for index, entry in enumerate(gold)
    ]
    entries += [
        Entry("reference", "spurious", _name(_reader(entry))) for index, entry in enumerate(found) if index not in taken
    ]
    return tuple(entries)


def judge_stances(gold: Sequence[GoldStance], found: Sequence[Stance]) -> tuple[Entry, ...]:
    """Pair stances one to one, by condition and stance; how the intervention is worded does not matter."""
    left = [_stance_key(stance) for stance in found]
    entries = []
    for stance in gold:
        hit = _stance_key(stance) in left
        if hit:
            left.remove(_stance_key(stance))
        entries.append(Entry("stance", "right" if hit else "silent", f"{stance.stance}: {stance.condition}"))
    entries += [Entry("stance", "spurious", f"{stance}: {condition}") for condition, stance in sorted(left)]
    return tuple(entries)


def plain(text: object) -> str:
    """A text as words only: case, accents' encoding, punctuation and spacing do not matter."""
    return " ".join(NOT_WORD.sub(" ", unicodedata.normalize("NFKC", str(text)).casefold()).split())


def plain_doi(doi: object) -> str:
    """A DOI without resolver or prefix; DOIs are case-insensitive (DOI Handbook, section 2.4)."""
    return DOI_PREFIX.sub("", str(doi).strip()).casefold()


Read = Callable[[str], Any]


def _reader(reference: Reference) -> Read:
    return lambda name: getattr(reference, name)


def _by_doi(read: Read) -> tuple[str, ...] | None:
    return (plain_doi(read("doi")),) if read("doi") else None


def _by_pmid(read: Read) -> tuple[str, ...] | None:
    return (plain(read("pmid")),) if read("pmid") else None


def _by_title(read: Read) -> tuple[str, ...] | None:
    return (plain(read("title")),) if plain(read("title") or "") else None


def _by_place(read: Read) -> tuple[str, ...] | None:
    author, year, volume = (plain(read(name) or "") for name in ("first_author", "year", "volume"))
    return (author.split()[0], year, volume) if author and year and volume else None


def _pair(
    gold: Sequence[GoldReference],
    found: Sequence[Reference],
    key: Callable[[Read], tuple[str, ...] | None],
    partner: dict[int, int],
) -> None:
    """Pair what is still single and has the same key, in order."""
    single: dict[tuple[str, ...], list[int]] = {}
    taken = set(partner.values())
    for index, entry in enumerate(found):
        value = None if index in taken else key(_reader(entry))
        if value is not None:
            single.setdefault(value, []).append(index)
    for index, entry in enumerate(gold):
        value = None if index in partner else key(entry.value)
        if value is not None and single.get(value):
            partner[index] = single[value].pop(0)


def _found(gold: GoldReference, found: Reference) -> Entry:
    return Entry("reference", "right", _name(gold.value), tuple(_fields(gold, found)))


def _fields(gold: GoldReference, found: Reference) -> Iterator[Judgement]:
    """Verdicts on the fields gold states; a field that both leave empty says nothing about a reader of references."""
    for name in REFERENCE_FIELDS:
        want, got = gold.value(name), getattr(found, name)
        if gold.states(name) and (want is not None or got is not None):
            yield Judgement(name, _verdict(name, want, got), _shown(got), _shown(want))


def _verdict(name: str, want: Any, got: Any) -> str:
    if got is None:
        return "silent"
    if want is None:
        return "spurious"
    form = plain_doi if name == "doi" else plain
    return "right" if form(want) == form(got) else "wrong"


def _name(read: Read) -> str:
    parts = [read(name) for name in ("first_author", "year", "title", "doi")]
    return ", ".join(str(part) for part in parts if part) or "entry without a name"


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def _stance_key(stance: GoldStance | Stance) -> tuple[str, str]:
    return plain(stance.condition), stance.stance
