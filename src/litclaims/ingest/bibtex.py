"""BibTeX and BibLaTeX (bibtexparser): a list of works, or one work with its abstract.

LaTeX is turned into text: accents into letters, ``$2\\times 10^{6}$`` into ``2× 10^6``. Raised figures stay raised, and
no sign of a figure is lost: a percent sign is one, though LaTeX would take it for the begin of a comment.
"""

from __future__ import annotations

import functools
import logging
import re
from collections.abc import Collection, Iterator

from litclaims.ingest import _records
from litclaims.ingest._records import Entry
from litclaims.ingest.decode import decode
from litclaims.ingest.outline import Layout

SUFFIXES = (".bib", ".bibtex")

MEDIA_TYPE = "application/x-bibtex"

ISOLATED = True

ENTRY = re.compile(r"^[ \t]*@\s*(?!comment|preamble|string)[A-Za-z]+\s*[{(]", re.IGNORECASE | re.MULTILINE)
STRING = re.compile(r"^[ \t]*@\s*string\s*[{(][^\r\n]{3,500}[})][ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
"""An abbreviation, for the entries behind it."""

MAX_DEPTH = 40
"""Braces nested deeper than this are no text that a person wrote; they are taken off before LaTeX is read."""

_TEXTS = ("abstract", "annote", "annotation", "keywords", "file")
"""Fields that a list does not tell; reading them takes longer than all others."""

_SILENT = logging.NullHandler()
_BLANKS = re.compile(r"[ \t\r]+")
_RAISED = re.compile(r"\\text(?P<how>super|sub)script\s*\{(?P<text>[^{}]{0,80})\}")
_SIGNS = (
    (re.compile(r"\\textless(?![A-Za-z])(?:\s*\{\}|\s)?"), "<"),
    (re.compile(r"\\textgreater(?![A-Za-z])(?:\s*\{\}|\s)?"), ">"),
    (re.compile(r"(?<!\\)%"), r"\\%"),
    (re.compile(r"(?<!\\)([&#])"), r"\\\1"),
)
_DOLLARS = re.compile(r"(?<!\\)\$(?P<inner>[^$]{0,200})(?<!\\)\$|(?<!\\)\$")
_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{3,}")
_COMMAND = re.compile(r"\\[A-Za-z]{1,30}\s?|[\\{}]")


def read(raw: bytes, *, source: object) -> Layout:
    """The layout of a file: of one entry with an abstract that article, of others the list.

    Raises:
        InputError: it is not UTF-8, or holds no entry that can be read.
    """
    return _records.lay_out(list(entries(decode(raw, source=source))), source=source, what="BibTeX")


def entries(text: str) -> Iterator[Entry | None]:
    """The entries of a file in order, None for one that cannot be read; of several only what a list tells."""
    strings = "\n".join(match.group().strip() for match in STRING.finditer(text))
    found = list(_records.stretches(text, ENTRY))
    for stretch in found:
        yield _entry(stretch, strings, unread=_TEXTS if len(found) > 1 else ())


def _entry(stretch: str, strings: str, *, unread: Collection[str]) -> Entry | None:
    import bibtexparser

    logging.getLogger("bibtexparser").addHandler(_SILENT)  # an entry that is left out is no message to a person
    listed = bibtexparser.parse_string(f"{strings}\n{stretch}" if strings else stretch).entries
    if len(listed) != 1:
        return None
    written = {field.key.casefold(): _BLANKS.sub(" ", str(field.value)) for field in listed[0].fields}
    said = {name: as_text(value) for name, value in written.items() if name != "author" and name not in unread}
    names = [_name(each) for each in _parted(" ".join((written.get("author") or written.get("editor") or "").split()))]
    others = " ".join(said.get(name, "") for name in ("note", "howpublished", "url"))
    is_pmid = said.get("eprinttype", said.get("archiveprefix", "")).casefold() == "pubmed"
    return _records.entry(
        {
            "key": listed[0].key,
            "title": said.get("title"),
            "journal": said.get("journal") or said.get("journaltitle") or said.get("booktitle"),
            "date": said.get("date") or _month(said.get("year", ""), said.get("month", "")),
            "volume": said.get("volume"),
            "issue": said.get("number") or said.get("issue"),
            "pages": said.get("pages"),
            "doi": said.get("doi") or others,
            "pmid": said.get("pmid") or (said.get("eprint") if is_pmid else None) or others,
            "pmcid": said.get("pmcid") or said.get("pmc") or others,
            "nct": " ".join((said.get("title", ""), said.get("abstract", ""), others)),
            "url": said.get("url"),
            "accessed": said.get("urldate") or said.get("note"),
            "abstract": said.get("abstract"),
            "note": said.get("annote") or said.get("annotation") or said.get("note"),
        },
        names=[each for each in names if each and each.casefold() != "others"],
        keywords=[word.strip() for word in re.split(r"[;,]", said.get("keywords", ""))],
    )


def _month(year: str, month: str) -> str:
    """``2011-03`` where the month is a number; its English names are for people, and not needed."""
    return f"{year}-{int(month):02}" if month.isdecimal() and 1 <= int(month) <= 12 else year


def _parted(names: str) -> Iterator[str]:
    """The names of a list; an ``and`` in braces is part of one."""
    at = depth = 0
    for match in re.finditer(r" and |[{}]", names):
        if match.group() in "{}":
            depth += 1 if match.group() == "{" else -1
        elif depth == 0:
            yield names[at : match.start()]
            at = match.end()
    yield names[at:]


def _name(written: str) -> str:
    """A name; one that is wholly in braces, an organisation, is kept as it is."""
    written = written.strip()
    whole = written.startswith("{") and written.find("}") == len(written) - 1
    text = " ".join(as_text(written).split())
    return text if whole else _records.name(text)


def as_text(value: str) -> str:
    """A value as text: LaTeX commands and accents as their letters and signs, no braces."""
    value = _RAISED.sub(_tagged, value)
    if not any(sign in value for sign in "\\{}$~"):
        return value
    for pattern, instead in _SIGNS:
        value = pattern.sub(instead, value)
    value = _DOLLARS.sub(_formula, value)
    if _depth(value) > MAX_DEPTH:
        return _COMMAND.sub("", value)
    return _converter().latex_to_text(value).replace("\u223c", "~")


def _tagged(match: re.Match[str]) -> str:
    tag = match["how"][:3]
    return f"<{tag}>{match['text']}</{tag}>"


def _formula(match: re.Match[str]) -> str:
    """A formula as it is; dollars around words, or without a partner, are prices."""
    inner = match["inner"]
    if inner is not None and not _WORD.search(inner):
        return match.group()
    return "\\$" if inner is None else f"\\${inner}\\$"


def _depth(value: str) -> int:
    depth = deepest = 0
    for sign in value:
        depth += (sign == "{") - (sign == "}")
        deepest = max(deepest, depth)
    return deepest


@functools.cache
def _converter():
    """What reads LaTeX; made once, since it loads its tables of macros."""
    from pylatexenc.latex2text import LatexNodes2Text

    logging.getLogger("pylatexenc").addHandler(_SILENT)
    return LatexNodes2Text(math_mode="text")
