"""Entries of a JATS reference list: ``element-citation`` and ``mixed-citation``, and ``citation`` of the older DTDs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from litclaims.ingest._jats.inline import Inline
from litclaims.ingest._runs import Runs
from litclaims.ingest._xml import date_of, first, firsts, local, words
from litclaims.ingest.build import Run, plain_text

CITATIONS = ("element-citation", "mixed-citation", "citation", "nlm-citation")
_TITLES = ("article-title", "chapter-title", "part-title", "data-title", "trans-title")
_DATES = ("date-in-citation", "access-date")
_IDS = {"doi": "doi", "pmid": "pmid", "pmc": "pmcid", "pmcid": "pmcid"}
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]{1,200}")
_NCT = re.compile(r"\bNCT\d{8}\b")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_ORDER = ("doi", "pmid", "pmcid", "url")
_SHOWN = {"doi": "doi:", "pmid": "PMID: ", "pmcid": "PMCID: ", "url": ""}
_LINKS = tuple(f"{{*}}{name}" for name in ("pub-id", "ext-link", "uri", "article-id", "object-id", "elocation-id"))
_XLINK = "{http://www.w3.org/1999/xlink}href"


Fields = dict[str, Any]
"""Fields of :class:`litclaims.model.Reference` by name."""


@dataclass
class Entry:
    """A work as the list gives it: the runs of its text, and the fields of :class:`litclaims.model.Reference`."""

    key: str | None
    runs: list[Run]
    fields: Fields = field(default_factory=dict)


def read_entries(ref: etree._Element, path: str, inline: Inline, *, number: int | None) -> Iterator[Entry]:
    """The works of one ``ref``: one, or several that share a number.

    Args:
        number: what it is called if it has no label.
    """
    label = _bare(first(ref, "label")) or ("" if number is None else str(number))
    found = [element for element in _versions(ref) if local(element) in CITATIONS] or [ref]
    for index, element in enumerate(found):
        key = element.get("id") if index else ref.get("id")
        yield _entry(element, path, inline, marker=_marker(label, index, element), key=key)


def _marker(label: str, index: int, element: etree._Element) -> str:
    """What one of the works of a number is called: ``5``, then ``5b``."""
    if not label or not index:
        return label
    own = _bare(first(element, "label"))
    return label + (own if own.isalpha() else chr(ord("a") + index % 26))


def _bare(label: etree._Element | None) -> str:
    return words(label).strip("[]().: ")


def _versions(ref: etree._Element) -> Iterator[etree._Element]:
    """The children of a ``ref``, of alternatives to one another only the best."""
    for child in ref:
        if local(child) == "citation-alternatives":
            best = first(child, *CITATIONS)
            if best is not None:
                yield best
        else:
            yield child


def _entry(element: etree._Element, path: str, inline: Inline, *, marker: str, key: str | None) -> Entry:
    parts = firsts(element)
    fields = _fields(element, parts)
    title = next((parts[name] for name in _TITLES if name in parts), None)
    title_runs = [] if title is None else inline.runs(title, path)
    runs = inline.begin(path)
    if marker:
        runs.add(f"{marker}. ")
    if local(element) == "ref" or _is_punctuated(element):
        _as_printed(element, runs, inline)
    else:
        _compose(element, runs, fields, title_runs)
    made = runs.done()
    raw = plain_text(made)
    fields["title"] = fields["title"] or plain_text(title_runs).strip(" .")
    fields["doi"] = fields["doi"] or (_doi(match.group()) if (match := _DOI.search(raw)) else None)
    fields["nct"] = match.group() if (match := _NCT.search(raw)) else None
    fields["marker"] = marker
    return Entry(key, made, {name: value for name, value in fields.items() if value})


def _is_punctuated(element: etree._Element) -> bool:
    """True if the entry holds the text between its elements, so that it can be read as it stands."""
    tails = (element.text or "", *(child.tail or "" for child in element))
    return any(tail.strip() for tail in tails)


def _as_printed(element: etree._Element, runs: Runs, inline: Inline) -> None:
    """The entry as it stands; identifiers that are glued to what is before them get their name."""
    runs.add(element.text or "")
    for child in element:
        name = local(child)
        if name == "pub-id":
            kind = _IDS.get(child.get("pub-id-type") or "", "")
            if runs.tail[-1:] not in ("", " ", ":", "/"):
                runs.add(f" {_SHOWN.get(kind, '')}")
            runs.add(words(child))
        elif name != "label":
            if name in _NAMES and runs.tail[-1:].isalnum():
                runs.space()
            if name in _NAMES and not (child.text or "").strip() and not _has_text(child):
                runs.add(_name(child) or words(child))
            else:
                inline.add(child, runs)
        runs.add(child.tail or "")


_NAMES = ("name", "string-name")


def _has_text(element: etree._Element) -> bool:
    return any((child.tail or "").strip() for child in element) or not len(element)


def _compose(element: etree._Element, runs: Runs, fields: Fields, title: list[Run]) -> None:
    """The entry as Vancouver style prints it (Citing Medicine, 2nd edition)."""
    _sentence(
        runs, ", ".join((*fields["authors"], *(["et al"] if next(element.iter("{*}etal"), None) is not None else [])))
    )
    for run in title:
        runs.add(run.text, (run.raised, run.lowered))
    _sentence(runs, "" if title else fields["title"] or "", ended=bool(title))
    _sentence(runs, _place(fields))
    for child in element:
        name = local(child)
        if name in ("publisher-name", "comment"):
            _sentence(runs, words(child))
        elif name in _DATES:
            _sentence(runs, f"Accessed {words(child)}")
    for name in _ORDER:
        if fields[name]:
            _sentence(runs, f"{_SHOWN[name]}{fields[name]}")


def _place(fields: Fields) -> str:
    """Journal, year, volume, issue and pages: ``Stem Cells 2010;28(3):1-9``."""
    place = " ".join(str(part) for part in (fields["journal"], fields["year"]) if part)
    locator = (fields["volume"] or "") + (f"({fields['issue']})" if fields["issue"] else "")
    pages = f":{fields['pages']}" if fields["pages"] else ""
    return f"{place};{locator}{pages}" if locator or pages else place


def _sentence(runs: Runs, text: str, *, ended: bool = False) -> None:
    """Add a part with the full stop behind it."""
    if not text and not ended:
        return
    runs.add(text)
    runs.add(" " if (runs.tail.rstrip()[-1:] or ".") in ".?!" else ". ")


def _fields(element: etree._Element, parts: Mapping[str, etree._Element]) -> Fields:
    """What the elements say; fields that they do not say are None, authors empty."""
    authors = tuple(_authors(element))
    source = _clean(words(parts.get("source")))
    year = _YEAR.search(words(parts.get("year")))
    is_title = _is_book(element, parts) and not any(name in parts for name in _TITLES)
    return {
        "authors": authors,
        "first_author": authors[0] if authors else None,
        "title": source if is_title else None,
        "journal": None if is_title else source,
        "year": int(year.group()) if year else None,
        "volume": words(parts.get("volume")),
        "issue": words(parts.get("issue")),
        "pages": _pages(parts),
        "accessed": next((date for name in _DATES if (date := _accessed(parts.get(name)))), None),
        **_identifiers(element),
    }


def _is_book(element: etree._Element, parts: Mapping[str, etree._Element]) -> bool:
    kind = element.get("publication-type") or element.get("citation-type") or "journal"
    if kind in ("book", "thesis", "report"):
        return True
    return kind not in ("journal", "confproc") and "volume" not in parts and "fpage" not in parts


def _clean(text: str) -> str | None:
    return text.strip().rstrip(".,;: ") or None


def _pages(parts: Mapping[str, etree._Element]) -> str | None:
    start, end = words(parts.get("fpage")), words(parts.get("lpage"))
    if start:
        return f"{start}-{end}" if end and end != start else start
    return words(parts.get("page-range")) or words(parts.get("elocation-id")) or None


def _accessed(element: etree._Element | None) -> str | None:
    if element is None:
        return None
    iso = _ISO.search(element.get("iso-8601-date") or words(element))
    return iso.group() if iso else date if (date := date_of(element)) and len(date) == 10 else None


def _identifiers(element: etree._Element) -> dict[str, str | None]:
    found: dict[str, str | None] = dict.fromkeys(_ORDER)
    for child in element.iter(*_LINKS):
        kind = child.get("pub-id-type") or child.get("ext-link-type") or ""
        text = words(child)
        address = child.get(_XLINK) or text
        if (kind == "doi" or "doi.org/" in address) and (match := _DOI.search(text) or _DOI.search(address)):
            found["doi"] = found["doi"] or _doi(match.group())
        elif kind in _IDS and text:
            found[_IDS[kind]] = found[_IDS[kind]] or text.removeprefix("PMID:").strip()
        elif address.startswith(("http://", "https://", "www.", "ftp://")):
            found["url"] = found["url"] or address
    if found["pmcid"] and found["pmcid"].isdecimal():
        found["pmcid"] = f"PMC{found['pmcid']}"
    return found


def _doi(text: str) -> str:
    """A DOI without the stop behind it, or a bracket that it does not open."""
    text = text.rstrip(".,;:")
    return text[:-1] if text.endswith(")") and text.count("(") < text.count(")") else text


def _authors(element: etree._Element) -> Iterator[str]:
    """The authors in order, as ``Murphy MP``; editors only where there are no authors."""
    groups = element.findall("{*}person-group")
    authors = [group for group in groups if group.get("person-group-type") in (None, "author")]
    for holder in (element, *(authors or groups)):
        for child in holder:
            name = local(child)
            if name in _NAMES:
                if text := _name(child):
                    yield text
            elif name == "collab" and (text := words(child).strip(" .,")):
                yield text


def _name(element: etree._Element) -> str:
    """``Murphy MP`` of a name with its parts; the text of one without."""
    parts = firsts(element)
    surname, given = words(parts.get("surname")), parts.get("given-names")
    if not surname:
        return words(element).strip(" .,;")
    if given is None:
        return surname
    return f"{surname} {initials(words(given), given.get('initials'))}".strip()


def initials(given: str, said: str | None = None) -> str:
    """The initials of given names: ``Mary P.`` and ``M. P.`` are ``MP``; the hyphen of ``A-M`` stays."""
    given = (said or given).replace(".", "")
    letters = given.replace(" ", "")
    if letters.isupper() and len(letters) <= 5:
        return letters
    return "".join(part[0].upper() for part in re.split(r"[\s‐-]+", given) if part[:1].isalpha())
