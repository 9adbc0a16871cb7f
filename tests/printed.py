"""Reference lists as printed: the entries of a JATS article in the styles of the field, and how their fields are held
against what was read. For tests that have articles at hand; no text is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from litclaims.evaluate.entries import plain, plain_doi
from litclaims.model import Reference

FIELDS = ("first_author", "title", "journal", "year", "volume", "pages", "doi", "pmid")


class Cited(NamedTuple):
    """An entry as JATS structures it; names are pairs of surname and given names."""

    key: str
    names: tuple[tuple[str, str], ...]
    et_al: bool
    title: str | None
    journal: str | None
    year: str | None
    volume: str | None
    issue: str | None
    first_page: str | None
    last_page: str | None
    doi: str | None
    pmid: str | None

    @property
    def pages(self) -> str | None:
        return self.first_page if self.last_page is None else f"{self.first_page}-{self.last_page}"

    def fields(self) -> dict[str, str | None]:
        """What a reader has to find, by the names of :data:`FIELDS`."""
        author = " ".join([self.names[0][0], _initials(self.names[0][1])]).strip() if self.names else None
        return {
            "first_author": author,
            "title": self.title,
            "journal": self.journal,
            "year": self.year,
            "volume": self.volume,
            "pages": self.pages,
            "doi": self.doi,
            "pmid": self.pmid,
        }


def article(path: Path) -> etree._Element:
    return etree.parse(str(path), etree.XMLParser(resolve_entities=False, no_network=True)).getroot()


def cited(root: etree._Element) -> list[Cited]:
    """The entries of an article's reference list that JATS structures, in order."""
    entries = (_cited(entry) for entry in root.iter("ref"))
    return [one for one in entries if one.names and one.year and (one.title or one.journal)]


def listed(root: etree._Element, style: Callable[[Cited, int], str]) -> list[str]:
    """The whole reference list as printed in a style; entries that JATS does not structure as they stand."""
    known = {entry.key: entry for entry in cited(root)}
    return [
        style(known[key], number) if (key := ref.get("id", "")) in known else f"{number}. {_words(ref)}"
        for number, ref in enumerate(root.iter("ref"), 1)
    ]


def _words(ref: etree._Element) -> str:
    pieces = (text for part in ref if part.tag != "label" for text in part.itertext())
    return " ".join(" ".join(pieces).split())


def _cited(entry: etree._Element) -> Cited:
    def said(path: str) -> str | None:
        found = entry.find(f".//{path}")
        text = "" if found is None else " ".join("".join(found.itertext()).split())
        return text.rstrip(".,; ") or None

    names = tuple(
        (" ".join(name.findtext("surname", "").split()), " ".join(name.findtext("given-names", "").split()))
        for name in (*entry.iter("name"), *entry.iter("string-name"))
        if name.getparent().get("person-group-type", "author") == "author"
    )
    return Cited(
        entry.get("id", ""),
        names,
        entry.find(".//etal") is not None,
        *(said(path) for path in ("article-title", "source", "year", "volume", "issue", "fpage", "lpage")),
        *(said(f"pub-id[@pub-id-type='{kind}']") for kind in ("doi", "pmid")),
    )


def _initials(given: str) -> str:
    return "".join(part if part.isupper() else part[0] for part in re.split(r"[\s.-]+", given) if part)


def _if(value: str | None, form: str = "{}") -> str:
    """The form filled with the value, nothing without one."""
    return form.format(value) if value else ""


def _short(one: Cited) -> list[str]:
    return [f"{surname} {_initials(given)}".strip() for surname, given in one.names]


def _long(one: Cited, between: str) -> list[str]:
    return [f"{surname}, {between.join(_initials(given))}." for surname, given in one.names]


def vancouver(one: Cited, number: int) -> str:
    """As the NLM prints it (Citing Medicine)."""
    place = f"{one.year};{_if(one.volume)}{_if(one.issue, '({})')}{_if(one.pages, ':{}')}"
    head = [", ".join(_short(one)) + (", et al" if one.et_al else ""), one.title, one.journal, place]
    text = ". ".join(part.rstrip(".") for part in head if part)
    return f"{number}. {text}.{_if(one.doi, ' doi: {}.')}{_if(one.pmid, ' PMID: {}.')}"


def springer(one: Cited, number: int) -> str:
    """As BMC and Springer print it, with the links that a copied page keeps."""
    head = f"{', '.join(_short(one))}{', et al' if one.et_al else ''}. {_if(one.title, '{}. ')}{_if(one.journal)}"
    place = f"{one.year};{_if(one.volume)}{_if(one.pages, ':{}').replace('-', '–')}."
    return f"[{number}] {head}. {place}{_if(one.doi, ' https://doi.org/{}')}{_if(one.pmid, ' [PubMed]')}"


def apa(one: Cited, number: int) -> str:
    """As APA 7 prints it; ``number`` is not printed."""
    *others, last = _long(one, ". ")
    names = f"{', '.join(others)}, & {last}" if others else last
    place = f"{_if(one.volume)}{_if(one.issue, '({})')}{_if(one.pages, ', {}').replace('-', '–')}"
    head = f"{names} ({one.year}). {_if(one.title, '{}. ')}{_if(one.journal, '{}, ')}{place}."
    return f"{head}{_if(one.doi, ' https://doi.org/{}')}"


def harvard(one: Cited, number: int) -> str:
    """As Elsevier's Harvard style prints it; ``number`` is not printed."""
    names = f"{', '.join(_long(one, '.'))}{', et al.' if one.et_al else ''}"
    place = f"{_if(one.journal)}{_if(one.volume, ' {}')}{_if(one.pages, ', {}').replace('-', '–')}"
    return f"{names}, {one.year}. {_if(one.title, '{}. ')}{place}.{_if(one.doi, ' doi:{}')}"


def ama(one: Cited, number: int) -> str:
    """As AMA 10 prints it: of more than six names three and et al."""
    names = _short(one)
    listed = ", ".join(names if len(names) <= 6 else [*names[:3], "et al"])
    text = ". ".join(part.rstrip(".") for part in (listed, one.title, one.journal) if part)
    place = f"{one.year};{_if(one.volume)}{_if(one.issue, '({})')}{_if(one.pages, ':{}')}"
    return f"{number}. {text}. {place}.{_if(one.doi, ' doi:{}')}"


STYLES = {"vancouver": vancouver, "springer": springer, "apa": apa, "harvard": harvard, "ama": ama}
PRINTED = {  # which of the fields a style prints
    "vancouver": FIELDS,
    "springer": FIELDS[:-1],
    "apa": FIELDS[:-1],
    "harvard": FIELDS[:-1],
    "ama": FIELDS[:-1],
}


def field_shares(
    gold: Sequence[Mapping[str, object]], found: Sequence[Reference], fields: Iterable[str] = FIELDS
) -> dict[str, float]:
    """For each field the share of entries, in order, that are right: equal in words, or left out by both.

    An entry too many or too few makes all of the entries without a partner wrong.
    """
    size = max(len(gold), len(found))
    pairs = list(zip(gold, found, strict=False))
    return {name: sum(_same(name, want.get(name), getattr(got, name)) for want, got in pairs) / size for name in fields}


def _same(name: str, want: object, got: object) -> bool:
    form = plain_doi if name == "doi" else plain
    return form(want or "") == form(got or "")


class Marked(NamedTuple):
    """A place of a text where an article links its reference list, and the entries that it links there, by key."""

    at: int
    keys: tuple[str, ...]


CONTEXT = 30
"""Letters before a marker by which its place is found in the plain text of the same article."""

_JOINT = re.compile(r"[\s,;–‐\-—\[\]()]*")
_RANGE = re.compile(r"\s*[–‐\-—]\s*")


def marked(root: etree._Element, text: str) -> list[Marked]:
    """The linked markers of an article, at their places in its plain text; those whose place is not there left out.

    Markers with nothing but commas between them are one; a dash between two links stands for all entries between.
    """
    order = [entry.get("id", "") for entry in root.iter("ref")]
    letters = [(index, character.casefold()) for index, character in enumerate(text) if character.isalpha()]
    plain_text = "".join(character for _, character in letters)
    found, at = [], 0
    for before, keys in _groups(root, order):
        context = "".join(character for character in before if character.isalpha()).casefold()[-CONTEXT:]
        place = plain_text.find(context, at) if len(context) == CONTEXT else -1
        if place >= 0:
            at = place + 1
            found.append(Marked(letters[place + CONTEXT - 1][0] + 1, keys))
    return found


def _groups(root: etree._Element, order: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """For each marker the text before it, and its keys."""
    groups: list[tuple[str, list[str], str]] = []
    text = ""
    for part in (*root.iter("abstract"), *root.iter("body")):
        for piece, keys in _pieces(part):
            if not keys:
                text += piece
                continue
            between = text[len(groups[-1][2]) :] if groups and text.startswith(groups[-1][2]) else None
            if between is not None and _JOINT.fullmatch(between):
                groups[-1][1].extend([*_between(groups[-1][1][-1], keys[0], between, order), *keys])
                groups[-1] = (groups[-1][0], groups[-1][1], text + piece)
            else:
                groups.append((text, list(keys), text + piece))
            text += piece
    return [(before, tuple(dict.fromkeys(keys))) for before, keys, _ in groups]


def _pieces(element: etree._Element) -> Iterable[tuple[str, list[str]]]:
    """The text of an element in pieces, links to references with their keys."""
    if element.tag == "xref" and element.get("ref-type") in ("bibr", "ref"):
        yield "".join(element.itertext()), element.get("rid", "").split()
        return
    yield element.text or "", []
    for child in element:
        if isinstance(child.tag, str):
            yield from _pieces(child)
        yield child.tail or "", []


def _between(first: str, last: str, between: str, order: Sequence[str]) -> list[str]:
    if not _RANGE.fullmatch(between) or first not in order or last not in order:
        return []
    return list(order[order.index(first) + 1 : order.index(last)])


_SUPERSCRIPT = str.maketrans("0123456789–-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
_PLACEHOLDER = re.compile(
    r"\s*[\[(]?\s*\ue000[^\ue001]*\ue001(?:[\s,;\[\]]*[–‐\-—]?[\s\[]*\ue000[^\ue001]*\ue001)*[\])]?(?P<stop>[.,;]?)"
)
MARKERS = ("bracket", "round", "superscript", "sup", "caret", "glued", "bare", "author year")
"""Ways to print a marker: in brackets, as superscript, stuck to the word, bare, by author and year."""


def reprinted(root: etree._Element, way: str) -> tuple[str, list[tuple[int, int, tuple[str, ...]]]]:
    """The paragraphs of an article with its markers printed in another way, and start, end and keys of each marker."""
    order = [entry.get("id", "") for entry in root.iter("ref")]
    entries = {entry.get("id", ""): _cited(entry) for entry in root.iter("ref")}
    text, places = "", []
    for part in (*root.iter("abstract"), *root.iter("body")):
        for paragraph in part.iter("p"):
            pieces = "".join(
                f"\ue000{','.join(keys)}\ue001" if keys else piece.replace("\n", " ")
                for piece, keys in _pieces(paragraph)
            )
            at = 0
            for match in _PLACEHOLDER.finditer(pieces):
                text += pieces[at : match.start()]
                keys = _all_keys(match.group(), order)
                before, marker, after = _printed_marker(way, keys, order, entries, match["stop"])
                text += before
                places.append((len(text), len(text) + len(marker), keys))
                text += marker + after
                at = match.end()
            text += f"{pieces[at:]}\n\n"
    return text, places


def _all_keys(placeholders: str, order: Sequence[str]) -> tuple[str, ...]:
    keys: list[str] = []
    end = 0
    for match in re.finditer("\ue000([^\ue001]*)\ue001", placeholders):
        some = match[1].split(",")
        if keys:
            keys += _between(keys[-1], some[0], placeholders[end : match.start()].strip("[] "), order)
        keys += some
        end = match.end()
    return tuple(dict.fromkeys(keys))


def _printed_marker(
    way: str, keys: Sequence[str], order: Sequence[str], entries: Mapping[str, Cited], stop: str
) -> tuple[str, str, str]:
    """What is printed before a marker, the marker, and what comes after it."""
    if way == "author year":
        return " ", f"({'; '.join(_name_year(entries[key]) for key in keys)})", stop
    listed = _ranges(sorted(order.index(key) + 1 for key in keys))
    if way == "bracket":
        return " ", f"[{listed}]", stop
    if way == "round":
        return " ", f"({listed})", stop
    if way == "superscript":
        return stop, listed.replace(" ", "").translate(_SUPERSCRIPT), ""
    if way == "sup":
        return stop, f"<sup>{listed}</sup>", ""
    if way == "caret":
        return stop, f"^{{{listed}}}", ""
    return (stop, listed.replace(" ", ""), "") if way == "glued" else (" ", listed.replace(",", ", "), stop)


def _ranges(numbers: Sequence[int]) -> str:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = (f"{run[0]}–{run[-1]}" if len(run) > 2 else ",".join(map(str, run)) for run in runs)
    return ",".join(told)


def _name_year(one: Cited) -> str:
    names = [surname for surname, _ in one.names]
    if len(names) > 2 or one.et_al:
        return f"{names[0]} et al., {one.year}"
    return f"{' & '.join(names)}, {one.year}"
