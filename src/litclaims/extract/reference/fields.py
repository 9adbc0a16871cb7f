"""An entry read into its fields: identifiers, addresses and dates by rule, the rest by the labels of its words.

The labels are those of :mod:`litclaims.extract.reference.label`, to which what the rules of
:mod:`litclaims.extract.reference.parse` say is a feature among others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from litclaims.extract.reference import cues
from litclaims.extract.reference.label import Token, label, tokens
from litclaims.extract.reference.names import author_names
from litclaims.extract.reference.parse import MAX_CHARS, Fields, accessed_spans, no_fields, parse_reference

BEGINS = "B-"
"""Before the label of a word that begins a part next to another of the same kind."""

MAX_SHORT = 4
"""Words of a title or journal that may be taken for a name and is put right."""

_PROTECTED = re.compile(
    r"(?P<doi>(?:https?://(?:dx\.)?doi\.org/|\bdoi:?\s?)?10\.\d{4,9}/(?:[^\s\"<>]|<\d[^\s<>]{1,40}>){1,200})"
    r"|(?P<url>(?:https?://|www\.)[^\s<>\"]{1,400})"
    r"|(?P<pmid>\bPMID:?\s{0,2}\d{1,9}|\b(?:PMCID:?\s{0,2})?PMC\d{2,9})"
    r"|(?P<nct>\bNCT\d{8}\b)",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\s\([A-Z][A-Za-z ]{1,30}\)(?=[.,;:]|\s\d)")
"""Behind a journal's name where it is published: ``Chin Med J (Engl)``."""
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_VOLUME = re.compile(
    r"(?:\b(?:vol(?:ume)?|v|bd|band|tome?)\b\.?\s*)?(?P<volume>[A-Z]{0,2}\d+[A-Z]?(?:[-–/]\d+)?|[IVXLC]+\b)"
    r"(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_DAY = re.compile(r"^\W*(?:[A-Z][a-z]{2,8}\s)?\d{1,2};(?=\s?\w)")
"""What is left of a date before the volume: ``Mar 1;35(1)``."""
_ISSUE = re.compile(
    r"\s*(?:[,:]?\s*\((?P<round>[^()]{1,40})\)|[,.:]?\s*(?:no|nos|n|nr|issue|num|number)\b[.°º]?\s*(?P<named>[\w–/-]{1,12})"
    r"|[.,/:]\s?(?P<after>\d{1,4})\b|,?\s(?P<supplement>(?:suppl?|pt)\b\.?\s?\w{0,4}))",
    re.IGNORECASE,
)
_PAGES = re.compile(r"[A-Za-z]{0,4}\.?\d[\w.]*(?:\s*[-‐‑‒–—−]\s*[A-Za-z]{0,3}\d\w*)?|\b[ivxlc]+\s?[-–]\s?[ivxlc]+\b")
_PP = re.compile(r"^\W*(?:pp?|pages?|s)\b\.?\s*", re.IGNORECASE)
_OPENING, _CLOSING = "([“‘«\"'„", ")]”’»\"'“?!.…"
_PAIRS = {"(": ")", "[": "]", "“": "”", "‘": "’", "«": "»", '"': '"', "'": "'", "„": "“"}


class Part(NamedTuple):
    """A run of words of one label: its place, the punctuation beside it left out."""

    label: str
    start: int
    end: int


class Entry(NamedTuple):
    """What an entry says.

    Attributes:
        fields: of :class:`litclaims.model.Reference`.
        author: the list of authors as printed.
        container: the book or proceedings that it is a part of.
        editor, publisher: as printed.
    """

    fields: Fields
    author: str | None = None
    container: str | None = None
    editor: str | None = None
    publisher: str | None = None


def parse_entry(raw: str) -> Fields:
    """The fields of one entry in any style, those that it lacks as None (``authors`` as an empty tuple).

    ``authors`` are as ``Murphy MP``. Any text gives an answer; of a long one the first 3,000 characters are read.
    """
    return read_entry(raw).fields


def read_entry(raw: str) -> Entry:
    """As :func:`parse_entry`, with what is said besides."""
    text = " ".join(raw[:MAX_CHARS].split())
    rules = parse_reference(text)
    if (rules["marker"] or "").startswith("S"):  # a supplement's, which the labels do not know
        text = text.partition(" ")[2]
    words = words_of(text)
    if not words:
        return Entry(rules)
    parts = _parts(words, label(words, ruled(text, words, rules)))
    chosen = _chosen(parts)
    said = {name: _surface(text, part) for name, part in chosen.items()}
    if "journal" in chosen and (place := _PLACE.match(text, chosen["journal"].end)) is not None:
        said["journal"] = text[chosen["journal"].start : place.end()]
    fields = no_fields()
    for name in ("marker", "doi", "pmid", "url", "accessed", "pmcid", "nct"):
        fields[name] = rules[name]
    _fill(fields, said, rules)
    return Entry(
        fields, _tidy(said.get("author")), *(_tidy(said.get(name)) for name in ("container", "editor", "publisher"))
    )


def protected(text: str) -> list[tuple[int, int, str]]:
    """The stretches of an entry that are one word: identifiers, addresses and dates of access."""
    found = [(*match.span(), f"<{match.lastgroup}>") for match in _PROTECTED.finditer(text)]
    found += [(start, end, "<accessed>") for start, end, _ in accessed_spans(text)]
    kept: list[tuple[int, int, str]] = []
    for one in sorted(found):
        if not kept or kept[-1][1] <= one[0]:
            kept.append(one)
    return kept


def words_of(text: str) -> list[Token]:
    """The words of an entry whose white space is collapsed."""
    return tokens(text, protected(text))


def ruled(text: str, words: Sequence[Token], fields: Fields) -> list[str]:
    """For each word the field that the rules put it in, ``-`` for none."""
    tags = ["-"] * len(words)
    at = 0
    for name in ("title", "journal"):
        value = fields[name]
        start = text.find(value, at) if value else -1
        if start >= 0:
            _tag(tags, words, start, start + len(value), name)
            at = start + len(value)
    for name in ("volume", "pages"):
        if (value := fields[name]) is not None:
            found = [match.span() for match in re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", text)]
            if found and found[-1][0] >= at:
                _tag(tags, words, *found[-1], name)
    return tags


def _tag(tags: list[str], words: Sequence[Token], start: int, end: int, name: str) -> None:
    for index, word in enumerate(words):
        if start <= word.start and word.end <= end:
            tags[index] = name


def _parts(words: Sequence[Token], labels: Sequence[str]) -> list[Part]:
    parts: list[Part] = []
    for word, name in zip(words, labels, strict=True):
        plain = name.removeprefix(BEGINS)
        if parts and parts[-1].label == plain and (name == plain or plain != "title"):
            parts[-1] = parts[-1]._replace(end=word.end)
        else:
            parts.append(Part(plain, word.start, word.end))
    return parts


def _chosen(parts: Sequence[Part]) -> dict[str, Part]:
    """Of each label its part: the first date, volume and pages, of the others the longest."""
    chosen: dict[str, Part] = {}
    for part in parts:
        held = chosen.get(part.label)
        first = part.label in ("date", "volume", "pages", "marker")
        if held is None or (not first and part.end - part.start > held.end - held.start):
            chosen[part.label] = part
    return chosen


def _surface(text: str, part: Part) -> str:
    """A part with the brackets and marks around it that belong to it."""
    start, end = part.start, part.end
    while start > 0 and text[start - 1] in _OPENING:
        start -= 1
    while end < len(text) and text[end] in _CLOSING:
        end += 1
    return text[start:end]


def _fill(fields: Fields, said: dict[str, str], rules: Fields) -> None:
    _part_short_heads(said, rules)
    fields["authors"] = author_names(said["author"]) if "author" in said else ()
    fields["first_author"] = fields["authors"][0] if fields["authors"] else None
    fields["title"], fields["journal"] = _title(said.get("title")), _tidy(said.get("journal"))
    fields["year"] = _year(said.get("date")) or rules["year"]
    fields["volume"], fields["issue"] = _volume(said.get("volume"))
    fields["pages"] = _pages(said.get("pages"))
    if "title" not in said and "journal" not in said:
        fields["title"], fields["journal"] = rules["title"], rules["journal"]
    _fill_place(fields, rules)
    if fields["marker"] is None and (said.get("marker") or "").strip(" .)([]").isdecimal():
        fields["marker"] = said["marker"].strip(" .)([]")


def _part_short_heads(said: dict[str, str], rules: Fields) -> None:
    """Take a title or journal of few words, ``Doe J. Ends. Heart. 2013;4:5``, from the names or journal it is in."""
    if "title" in said:
        return
    author, journal = (said.get("author") or "").rstrip(" .,;"), _tidy(said.get("journal")) or ""
    if rules["title"] and journal == f"{rules['title']}. {rules['journal']}":
        said["title"], said["journal"] = rules["title"], rules["journal"]
        return
    tail = rules["title"] or ("" if journal else rules["journal"]) or ""
    if len(tail.split()) <= MAX_SHORT and tail and author.endswith(tail) and len(author) > len(tail):
        said["author"] = author.removesuffix(tail)
        said["title" if rules["title"] else "journal"] = tail


def _fill_place(fields: Fields, rules: Fields) -> None:
    """Volume or pages labelled as something else, ``2003;2003:176``, where the rules agree on all the rest."""
    if fields["journal"] is None or rules["year"] != fields["year"] or None in (rules["volume"], rules["pages"]):
        return
    if fields["volume"] is None and fields["pages"] in (None, rules["pages"]) and (rules["volume"] or "").isdecimal():
        fields["volume"], fields["pages"] = rules["volume"], rules["pages"]
    elif fields["pages"] is None and fields["volume"] == rules["volume"]:
        fields["pages"] = rules["pages"]


def _year(text: str | None) -> int | None:
    match = _YEAR.search(text or "")
    return int(match.group()) if match else None


def _volume(text: str | None) -> tuple[str | None, str | None]:
    """Volume and issue of ``128(5)``, ``vol. 36, no. 9`` or ``35 Suppl 1``."""
    match = _VOLUME.search(_DAY.sub("", text or ""))
    if match is None:
        return _tidy(text), None
    issue = _ISSUE.match(match["rest"])
    return match["volume"], next((" ".join(said.split()) for said in issue.groups() if said), None) if issue else None


def _pages(text: str | None) -> str | None:
    """First and last page without ``pp.``; the words of a page that is no number (``in press``) as they stand."""
    if text is None:
        return None
    match = _PAGES.search(_PP.sub("", text))
    return "".join(match.group().split()).rstrip(".") if match else None


def _tidy(text: str | None) -> str | None:
    """Without the marks at either end that belong to the entry: brackets and quotation marks that are not closed."""
    text = (text or "").strip(" ,;:")
    while True:
        bare = _unpaired(text).strip(" ,;:")
        if bare.endswith(".") and bare.count(".") == 1:
            bare = bare[:-1]
        if bare == text:
            return text or None
        text = bare


def _unpaired(text: str) -> str:
    for opening, closing in _PAIRS.items():
        if opening == closing:
            if text.count(opening) % 2:
                text = text.removeprefix(opening) if text.startswith(opening) else text.removesuffix(opening)
        elif text.startswith(opening) and closing not in text:
            text = text[1:]
        elif text.endswith(closing) and opening not in text and closing not in "’“":
            text = text[:-1]
    return text


def _title(text: str | None) -> str | None:
    """A title without its quotation marks and full stop; a question mark stays."""
    text = (text or "").strip(" ,;:")
    for opening, closing in _PAIRS.items():
        if opening in "([":
            continue
        inner = text[1:].rstrip(" .,;")
        if text.startswith(opening) and inner.endswith(closing) and inner.count(closing) == 1:
            text = inner[:-1]
            break
    text = (_tidy(text) or "").rstrip(" .,;:")
    behalf = cues.matcher("reference", "on_behalf").match(text)
    if behalf is not None and text[behalf.end() : behalf.end() + 2] in (". ", ": "):
        text = text[behalf.end() + 2 :].strip()
    return text or None
