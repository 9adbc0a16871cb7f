"""Reference lists as printed: the entries of a JATS article in the styles of the field, and how their fields are held
against what was read. For tests that have articles at hand; no text is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
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
