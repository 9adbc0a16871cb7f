"""How well reference strings are read into their fields, against strings whose parts are tagged (AnyStyle's XML).

AnyStyle tags words parted by spaces, so that ``2008;26:5988-93`` is wholly a volume there; such a part is taken apart
into date, volume and pages before anything is scored.

A *string* is the text of all its elements joined by one space. Scored are ``author``, ``title``, ``journal``, ``year``,
``volume``, ``pages`` and ``doi``, strictly and as whole fields: a field is right if both sides give it and their
normal forms are equal. The normal form is the text in NFKC, lower case, words only; on top of that

- ``author``: the whole list as printed, without ``et al.`` (``first_author``, told apart and not counted in the micro
  figures, is the first family name of the list);
- ``year``: the first four-digit year of the date; ``volume``: the first number of the volume, so that
  ``128(5)`` and ``vol. 128, no. 5`` are 128; ``pages``: first and last page without ``pp.``; ``doi``: the DOI without
  resolver, in lower case; one tagged as part of a URL counts as well.

Micro figures are over the fields of :data:`FIELDS`: precision is right / predicted, recall right / gold.

A third of the strings, told by the hash of their text, is held out: nothing is tuned or trained on it.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from litclaims.errors import GoldError
from litclaims.evaluate.counts import Matches
from litclaims.evaluate.entries import plain, plain_doi

FIELDS = ("author", "title", "journal", "year", "volume", "pages", "doi")
"""The fields of the micro figures."""

LANGUAGES = ("cs", "da", "de", "en", "es", "fi", "fr", "it", "la", "nl", "no", "pl", "pt", "sv", "tr")
"""Languages of Latin script that a title is told apart from English among."""

PARTS = ("all", "tune", "held-out")

HELD_OUT = 3
"""One string in so many is held out."""

_TITLES = ("title", "container-title")
_TAGS = {"author": "author", "title": "title", "journal": "journal", "date": "year", "volume": "volume"}
_TAGS |= {"pages": "pages", "doi": "doi"}
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_NUMBER = re.compile(r"[A-Z]{0,2}\d+[A-Z]?|\b[IVXLC]+\b")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_ET_AL = re.compile(r"\bet\.? al\b|\band others\b|\bu a\b|\beds?\b")
_NAME = re.compile(r"[^\W\d_]{2,}(?:[-'’‐‑ʼ][^\W\d_]+)*")
_DASHES = re.compile(r"\s*[-‐‑‒–—−]+\s*")

Read = Callable[[str], Mapping[str, object]]
"""Reads a string into at least :data:`FIELDS`, as text, number or None."""


@dataclass(frozen=True, slots=True)
class TaggedString:
    """A reference string and its parts in order: tag and text of each."""

    parts: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        return " ".join(text for _, text in self.parts)

    @property
    def held_out(self) -> bool:
        """True for the third of the strings that nothing is tuned on."""
        return int(hashlib.sha256(self.text.encode()).hexdigest(), 16) % HELD_OUT == 0

    def pieces(self) -> Iterator[tuple[str, str]]:
        """The parts, those that run on without a space taken apart; their texts joined are those of the parts."""
        for tag, text in self.parts:
            yield from split_place(text) if tag == "volume" else [(tag, text)]

    def field(self, name: str) -> str | None:
        """The text of a field of :data:`FIELDS`, None if the string has none."""
        found = [text for tag, text in self.pieces() if _TAGS.get(tag) == name]
        if name == "doi" and not found:
            found = [text for tag, text in self.parts if tag == "url" and _DOI.search(text)]
        return (found[0] if name in ("year", "volume", "pages") else " ".join(found)) if found else None


def load_strings(path: Path) -> tuple[TaggedString, ...]:
    """The tagged strings of a file of AnyStyle's training format.

    Raises:
        GoldError: the file is missing, no XML, or holds no string.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.parse(str(path), parser).getroot()
    except (OSError, etree.XMLSyntaxError) as error:
        raise GoldError(f"cannot be read: {error}", source=path, remedy="give an AnyStyle file (.xml)") from error
    found = tuple(TaggedString(_parts(sequence)) for sequence in root.iter("sequence"))
    if not found:
        raise GoldError("holds no <sequence>", source=path, remedy="give an AnyStyle file (.xml)")
    return found


def split_place(text: str) -> list[tuple[str, str]]:
    """A volume with date or pages run on, as its pieces with their tags: ``2008;26(5):5988-93``."""
    match = re.fullmatch(r"(?P<date>\d{4};)?(?P<volume>[^:;]*\d[^:;]*?:?)(?P<pages>(?<=:)\S*\d+\S*)?", text)
    if match is None:
        return [("volume", text)]
    return [(tag, piece) for tag, piece in match.groupdict().items() if piece]


def _parts(sequence: etree._Element) -> tuple[tuple[str, str], ...]:
    pairs = (
        (part.tag, " ".join("".join(part.itertext()).split())) for part in sequence.iterchildren(tag=etree.Element)
    )
    return tuple((tag, text) for tag, text in pairs if text)


def is_english(strings: Sequence[TaggedString]) -> list[bool]:
    """For each string, whether its tagged titles are in English (py3langid); a string without one is judged whole."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # its model is read only here

    identifier = LanguageIdentifier.from_pickled_model(MODEL_FILE)
    identifier.set_languages(list(LANGUAGES))
    texts = (" ".join(text for tag, text in one.parts if tag in _TITLES) or one.text for one in strings)
    return [identifier.classify(text)[0] == "en" for text in texts]


def score_strings(strings: Iterable[TaggedString], read: Read) -> dict[str, Matches]:
    """Counts by field, ``first_author`` among them, and ``micro`` over :data:`FIELDS`."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in (*FIELDS, "first_author", "micro")}
    for one in strings:
        found = read(one.text)
        for name in FIELDS:
            want, got = normal(name, one.field(name)), normal(name, found.get(name))
            _count(counts[name], want, got)
            _count(counts["micro"], want, got)
            if name == "author":
                names = (first_name(one.field(name)), first_name(found.get(name)))
                _count(counts["first_author"], *names)
    return {name: Matches(**count) for name, count in counts.items()}


def _count(counts: Counter[str], want: str, got: str) -> None:
    counts.update(gold=bool(want), predicted=bool(got), right=bool(want) and want == got)


def normal(name: str, value: object) -> str:
    """The normal form of a field's value, empty for a value that says nothing."""
    text = "" if value is None else str(value)
    if name == "doi":
        match = _DOI.search(text)
        return _unbracketed(plain_doi(match.group()).rstrip(".,;")) if match else ""
    if name == "year":
        match = _YEAR.search(text)
        return match.group() if match else ""
    if name == "volume":
        match = _NUMBER.search(text)
        return match.group().casefold() if match else plain(text)
    if name == "pages":
        return re.sub(r"^(?:pp?|pages?|s) ", "", plain(_DASHES.sub(" ", text)))
    return " ".join(_ET_AL.sub(" ", plain(text)).split()) if name == "author" else plain(text)


def _unbracketed(doi: str) -> str:
    """A DOI without the closing bracket of a pair that was opened before it."""
    return doi[:-1] if doi.endswith(")") and doi.count(")") > doi.count("(") else doi


def first_name(value: object) -> str:
    """The first word of a list of authors that is no initial, in lower case."""
    match = _NAME.search("" if value is None else str(value))
    return plain(match.group()) if match else ""


def run_strings(path: Path, *, read: Read) -> str:
    """The report on a file: all strings and those in English, whole and held out."""
    strings = load_strings(path)
    english = is_english(strings)
    lines = [f"{len(strings):,} strings, {sum(english):,} of them in English"]
    read = functools.cache(read)  # a string stands in up to three of the tables
    chosen = [one for one, is_it in zip(strings, english, strict=True) if is_it]
    for part in PARTS:
        lines += ["", *_table(f"English, {part}", [one for one in chosen if _in(part, one)], read)]
    return "\n".join([*lines, "", *_table("every language, all", strings, read)])


def _in(part: str, one: TaggedString) -> bool:
    return part == "all" or one.held_out == (part == "held-out")


def _table(title: str, strings: Sequence[TaggedString], read: Read) -> list[str]:
    lines = [f"{title}: {len(strings):,} strings", f"  {'field':<13}{'gold':>6}{'P':>7}{'R':>7}{'F1':>7}"]
    for name, score in score_strings(strings, read).items():
        shown = "".join(f"{'-' if value is None else format(value, '.3f'):>7}" for value in _ratios(score))
        lines.append(f"  {name:<13}{score.gold:>6}{shown}")
    return lines


def _ratios(score: Matches) -> tuple[float | None, ...]:
    return score.precision, score.recall, score.f1
