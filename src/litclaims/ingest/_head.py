"""What a page says of itself: title, authors, date, DOI, language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lxml import etree

MAX_JSON = 200_000
"""Characters of a JSON-LD script that is looked at; a longer one describes a shop, not a text."""

MAX_SCRIPTS = 10
MAX_FIELD = 2_000

_TITLES = ("citation_title", "dc.title", "dcterms.title", "og:title")
_AUTHORS = ("citation_author", "dc.creator", "dcterms.creator", "article:author", "author")
_DATES = (
    "citation_publication_date", "citation_date", "citation_online_date", "dc.date", "dcterms.issued", "dcterms.date",
    "article:published_time", "date",
)  # fmt: skip
_DOIS = ("citation_doi", "dc.identifier", "dc.identifier.doi", "prism.doi", "doi")
_LANGUAGES = ("citation_language", "dc.language", "content-language", "og:locale")

_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]{1,200}")
_DATE = re.compile(r"((?:19|20)\d\d)(?:[-/.](1[0-2]|0?[1-9])(?:[-/.](3[01]|[12]\d|0?[1-9])(?!\d))?(?![\d]))?")
_LANGUAGE = re.compile(r"([A-Za-z]{2})(?:[-_].{0,20})?\Z")
_SITE = re.compile(r"\s+[|–—·»:-]\s+")
_WRITTEN_DATES = ("%d %B %Y", "%B %d, %Y", "%d %b %Y", "%b %d, %Y", "%B %Y", "%b %Y")


def described(root: etree._Element) -> dict[str, Any]:
    """The fields of :class:`litclaims.ingest.outline.Layout` that a page gives for itself, those it gives only."""
    metas = _metas(root)
    linked = _linked_data(root)
    said = {
        "title": _first(metas, _TITLES) or linked.get("title") or _titled(root, metas),
        "authors": tuple(_all(metas, _AUTHORS)) or linked.get("authors", ()),
        "date": next(filter(None, map(iso_date, _values(metas, _DATES))), None) or iso_date(linked.get("date", "")),
        "doi": next(filter(None, map(find_doi, _values(metas, _DOIS))), None),
        "language": language(root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "")
        or language(root.get("xml:lang") or _first(metas, _LANGUAGES) or linked.get("language", "")),
    }
    return {name: value for name, value in said.items() if value}


def iso_date(said: str) -> str | None:
    """As much of an ISO date as a text gives: ``2021/3/4`` is ``2021-03-04``, ``March 2021`` is ``2021-03``."""
    said = " ".join(said.split())[:40]
    if match := _DATE.match(said):
        return "-".join(part if len(part) > 1 else f"0{part}" for part in match.groups() if part)
    for form in _WRITTEN_DATES:
        try:
            found = datetime.strptime(said, form)
        except ValueError:
            continue
        return f"{found:%Y-%m-%d}" if "%d" in form else f"{found:%Y-%m}"
    return None


def find_doi(said: str) -> str | None:
    """The DOI in a text, without address or prefix."""
    match = _DOI.search(said)
    return match.group().rstrip(".,;)") if match else None


def language(said: str) -> str | None:
    """The two-letter code of ``en``, ``en-US`` or ``en_GB``."""
    match = _LANGUAGE.match(said.strip())
    return match[1].lower() if match else None


def _metas(root: etree._Element) -> list[tuple[str, str]]:
    """The names and contents of the meta elements; names in lower case."""
    found = []
    for meta in root.iter("meta"):
        name = meta.get("name") or meta.get("property") or meta.get("http-equiv") or ""
        content = " ".join((meta.get("content") or "")[:MAX_FIELD].split())
        if name and content:
            found.append((name.lower(), content))
    return found


def _values(metas: list[tuple[str, str]], names: tuple[str, ...]) -> Iterator[str]:
    """The contents of some metas, in order of the names."""
    return (content for wanted in names for name, content in metas if name == wanted)


def _first(metas: list[tuple[str, str]], names: tuple[str, ...]) -> str:
    return next(_values(metas, names), "")


def _all(metas: list[tuple[str, str]], names: tuple[str, ...]) -> list[str]:
    """All contents of the first of some metas that there is; an address is no name."""
    for wanted in names:
        found = [content for name, content in metas if name == wanted and "://" not in content]
        if found:
            return list(dict.fromkeys(found))
    return []


def _titled(root: etree._Element, metas: list[tuple[str, str]]) -> str:
    """The title element without the name of the site, which stands after the last bar or dash."""
    element = root.find(".//title")
    text = " ".join("".join(element.itertext())[:MAX_FIELD].split()) if element is not None else ""
    parts = _SITE.split(text)
    site = _first(metas, ("og:site_name", "application-name")).lower()
    if len(parts) > 1 and site in (parts[0].lower(), parts[-1].lower()):
        parts = [part for part in parts if part.lower() != site]
        return " – ".join(parts)
    separators = _SITE.findall(text)
    if (
        len(parts) > 1
        and separators[-1].strip() in "|·»–—-"
        and len(parts[-1].split()) <= 4 < len(parts[0].split()) + 3
    ):
        return text[: text.rindex(separators[-1])]
    return text


def _linked_data(root: etree._Element) -> dict[str, Any]:
    """Title, authors, date and language from JSON-LD."""
    scripts = (one for one in root.iter("script") if (one.get("type") or "").lower() == "application/ld+json")
    for script, _ in zip(scripts, range(MAX_SCRIPTS), strict=False):
        text = script.text or ""
        if len(text) > MAX_JSON:
            continue
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            continue
        for item in _objects(data):
            if found := _article(item):
                return found
    return {}


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    items = data if isinstance(data, list) else [data]
    for item in items:
        if isinstance(item, dict):
            yield item
            graph = item.get("@graph")
            yield from (one for one in graph if isinstance(one, dict)) if isinstance(graph, list) else ()


def _article(item: dict[str, Any]) -> dict[str, Any]:
    """The fields of an object of JSON-LD that describes a text (it has a headline)."""
    title = item.get("headline")
    if not isinstance(title, str) or not title.strip():
        return {}
    authors = item.get("author")
    named = [
        one.get("name") if isinstance(one, dict) else one
        for one in (authors if isinstance(authors, list) else [authors])
    ]
    date, tongue = item.get("datePublished"), item.get("inLanguage")
    return {
        "title": " ".join(title[:MAX_FIELD].split()),
        "authors": tuple(name.strip()[:200] for name in named if isinstance(name, str) and name.strip()),
        "date": date if isinstance(date, str) else "",
        "language": tongue if isinstance(tongue, str) else "",
    }
