"""Entities of the vocabulary: routes, sites, cell types, conditions, species and what figures are per.

Abbreviations count by what scispaCy's detector says that the document means by them.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping

from litclaims import vocab
from litclaims.extract.lexical.shared import with_shared
from litclaims.model import Mention, Span

KINDS = ("route", "target", "cell_type", "condition", "species", "basis")


def mentions(text: str, abbreviations: Mapping[str, str], *, offset: int, block: int) -> Iterator[Mention]:
    """The entities of a text in order.

    Args:
        abbreviations: of the document, with their long forms.
        offset: where the text begins in the document.
        block: the block it is of.
    """
    surfaces = text
    text = _SIGN.sub("+  ", text) if "(+)" in text else text
    definitions = {short: long for short, long in abbreviations.items() if short in text}
    named = vocab.kinds_in(text)
    found = [
        {"kind": kind, "start": match.start, "end": match.end, "label": match.label, "id": match.term.id}
        for kind in KINDS
        if kind in named
        for match in vocab.load(kind).find(text, definitions=definitions)
    ]
    defined = _defined(text, definitions, found)
    found = [*(each for each in found if not _is_within(each, defined)), *defined]
    found = _of_all_markers(text, with_shared(text, found))
    for entry in sorted(found, key=lambda entry: (entry["start"], entry["end"], entry["kind"])):
        end = entry["end"] + 2 * (surfaces[entry["end"] - 1] == "(")  # not within a sign in brackets
        yield Mention(
            kind=entry["kind"],
            surface=surfaces[entry["start"] : end],
            span=Span(offset + entry["start"], offset + end),
            rule=f"lexicon {entry['kind']}",
            block=block,
            label=entry["label"],
            id=entry["id"],
        )


_SIGN = re.compile(r"(?<=\w)\(\+\)")
"""A sign in brackets, as abstracts print it: ``CD34(+) cells``; read as the sign and as many blanks."""

_MARKER = r"[A-Z][A-Za-z\d]{1,7}\+\s{0,2}"
_MARKERS = re.compile(
    rf"(?<![\w+])(?P<markers>CD\d{{1,3}}[a-z]?\+\s{{0,2}}(?:/?{_MARKER}){{1,3}})\s?(?:[Cc]ells?\b|(?=/))"
)


def _of_all_markers(text: str, found: list[dict]) -> list[dict]:
    """The entities with cells that several markers define as such, where the vocabulary has no name for them:
    ``CD34+/CXCR4+ cells`` are few of the CD34+ cells."""
    for match in _MARKERS.finditer(text) if "CD" in text else ():
        within = [each for each in found if each["kind"] == "cell_type" and _meets(each, match)]
        if any(each["start"] <= match.start() and each["end"] >= match.end("markers") for each in within):
            continue
        label = re.sub(r"[\s/]", "", match["markers"]) + " cell"
        kept = [each for each in found if each not in within]
        entry = {"kind": "cell_type", "start": match.start(), "end": match.end(), "label": label, "id": None}
        found = [*kept, entry]
    return found


def _meets(entry: dict, match: re.Match[str]) -> bool:
    return entry["start"] < match.end() and match.start() < entry["end"]


_HYPHENATED = re.compile(r"\((?P<short>[A-Za-z]{0,2}[A-Z]{2,8}-[A-Z]{2,8})s?\)")
_WORD = re.compile(r"[A-Za-z]+")

LONG_FORM = 120
"""Characters before a bracket in which a long form is looked for."""


def hyphenated(text: str) -> dict[str, str]:
    """The abbreviations with a hyphen that a text defines, each with its long form: the detector knows none of them.

    The words of the long form begin with the letters of the short one, in order, other words between them.
    """
    found: dict[str, str] = {}
    for match in _HYPHENATED.finditer(text):
        start = max(0, match.start() - LONG_FORM)
        words = list(_WORD.finditer(text, start, match.start()))
        letters = [letter for letter in match["short"].lower() if letter.isalpha()]
        while words and letters:
            word = words.pop()
            if word.group()[0].lower() == letters[-1]:
                letters.pop()
                start = word.start()
        if not letters:
            found.setdefault(match["short"], text[start : match.start()].strip())
    return found


def _defined(text: str, definitions: dict[str, str], found: list[dict]) -> list[dict]:
    """Abbreviations of the document whose long form holds an entity, e.g. ``ESI`` for epidural steroid injection."""
    entries = []
    taken = {(entry["kind"], entry["start"]): entry["end"] for entry in found}
    plural = 1  # of the abbreviation, which the lexicon may have left out
    for short, long in definitions.items():
        meant = _named_in(long)
        if not meant:
            continue
        for start, end in _places(text, short):
            for kind, match in meant:
                if taken.get((kind, start), 0) + plural < end:
                    entries.append(
                        {"kind": kind, "start": start, "end": end, "label": match.label, "id": match.term.id}
                    )
    return entries


def _is_within(entry: dict, defined: list[dict]) -> bool:
    """True for what is named in the first part of an abbreviation of another thing: the MSC of ``MSC-NP``."""
    return any(
        each["kind"] == entry["kind"] and entry["start"] < each["end"] and each["start"] < entry["end"] < each["end"]
        for each in defined
    )


_SOURCE = re.compile(r"[\s-]derived\b", re.IGNORECASE)


@functools.lru_cache(maxsize=4096)  # a document's abbreviations are looked at again in each of its blocks
def _named_in(long: str) -> tuple[tuple[str, vocab.Match], ...]:
    """The entities that a long form names."""
    return tuple(
        (kind, match)
        for kind in KINDS
        if kind not in ("basis", "species")
        for match in vocab.load(kind).find(long)
        if (kind != "condition" or _OF.search(long, 0, match.start) is None) and not _SOURCE.match(long, match.end)
    )


_OF = re.compile(r"\b(?:for|of|in|on)\s")
"""What a condition stands behind in the name of another thing: the model for end-stage liver disease is a score."""

_PREFIX = re.compile(r"(?:(?<![A-Za-z0-9])[a-z]{1,2})?$")
"""Species or source before an abbreviation: the hAPCs are APCs too."""


def _places(text: str, short: str) -> list[tuple[int, int]]:
    """Where a short form stands as a word of its own, plural included."""
    places, at = [], text.find(short)
    while at >= 0:
        end = at + len(short)
        if text[end : end + 1] == "s" and not text[end + 1 : end + 2].isalnum():
            end += 1
        start = at - len(_PREFIX.search(text[max(0, at - 3) : at]).group())
        if not (start and text[start - 1].isalnum()) and not text[end : end + 1].isalnum():
            places.append((start, end))
        at = text.find(short, end)
    return places
