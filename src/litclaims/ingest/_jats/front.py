"""Front matter of a JATS article: who wrote it, when, its DOI and language."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from litclaims.ingest._xml import date_of, first, local, words

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_DOI = re.compile(r"10\.\d{4,9}/\S{1,200}")
_PUBLISHED = ("epub", "pub", "ppub", "epub-ppub", "collection")


def said_of(article: etree._Element) -> dict[str, object]:
    """The fields of :class:`litclaims.ingest.outline.Layout` that the article's front matter fills."""
    meta = first(first(article, "front"), "article-meta")
    return {
        "authors": tuple(_authors(meta)),
        "date": _date(meta),
        "doi": _doi(meta),
        "language": language(article),
    }


def language(element: etree._Element) -> str | None:
    """The two-letter code of an element's own ``xml:lang``."""
    code = (element.get(_LANGUAGE) or "").split("-")[0].strip().casefold()
    return code if len(code) == 2 and code.isalpha() else None


def _authors(meta: etree._Element | None) -> Iterator[str]:
    for group in () if meta is None else meta.iterfind("{*}contrib-group"):
        for contributor in group.iterfind("{*}contrib"):
            if contributor.get("contrib-type") in (None, "author"):
                name = _name(contributor)
                if name:
                    yield name


def _name(contributor: etree._Element) -> str:
    """Given names and surname as they are spoken."""
    holder = first(contributor, "name-alternatives")
    name = first(contributor if holder is None else holder, "name", "string-name", "collab")
    if name is None or local(name) == "collab":
        return words(name)
    parts = (words(first(name, part)) for part in ("given-names", "surname", "suffix"))
    return " ".join(part for part in parts if part) or words(name)


def _date(meta: etree._Element | None) -> str | None:
    """The first day on which it was published; where no day is known, the month or the year."""
    dates = [] if meta is None else [(_kind(date), date_of(date)) for date in meta.iterfind("{*}pub-date")]
    known = [iso for kind, iso in dates if iso and kind in _PUBLISHED] or [iso for _, iso in dates if iso]
    full = [iso for iso in known if len(iso) == 10]
    return min(full or known, default=None)


def _kind(date: etree._Element) -> str:
    return date.get("pub-type") or date.get("date-type") or "pub"


def _doi(meta: etree._Element | None) -> str | None:
    for element in () if meta is None else meta.iterfind("{*}article-id"):
        if element.get("pub-id-type") == "doi" and (match := _DOI.search(words(element))):
            return match.group()
    return None
