"""Marks of author and year: ``(Doe et al., 2008; Roe 2010a,b)``, ``Doe and others (2008)``, ``Doe's 2008 trial``."""

from __future__ import annotations

import bisect
import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from litclaims.extract.citation.mark import CitationMark
from litclaims.extract.reference import cues
from litclaims.model import Span

_PLAIN = str.maketrans("‐‑’ʼ", "--''")
_LONG = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "ß": "ss"})
_YEAR = r"(?:19|20)\d\d[a-z]?"
_YEARS = rf"(?P<years>{_YEAR}(?:(?:\s?[,&]\s?|\sand\s)(?:{_YEAR}|[a-h])(?![\w-])){{0,6}})(?![\d–])"
_ANY_YEAR = re.compile(_YEAR)
_ONE_YEAR = re.compile(r"(?P<year>(?:19|20)\d\d)?(?P<letter>[a-z])?")
_BRACKETS = re.compile(r"[(\[][^()\[\]]{5,300}[)\]]")
_ORGANISATION = re.compile(rf"(?P<name>[A-Z][^\d()\[\];,]{{3,80}}?),?\s+{_YEARS}")
_POSSESSIVE = re.compile(r"['’]s?\Z")


def author_years(text: str, known: frozenset[str]) -> Iterator[CitationMark]:
    """The marks of author and year of a text.

    Args:
        known: ``Doe 2008`` for the entries of the document's reference list. A marker is written as there.
    """
    if _ANY_YEAR.search(text) is None:
        return
    for bracket in _BRACKETS.finditer(text):
        inner = bracket.group()
        named = [(match, names) for match in _in_brackets().finditer(inner) if (names := _names(match, known))]
        if _holds_figures(inner, [match for match, _ in named]):
            for match, names in named:
                place = Span(bracket.start() + match.start(), bracket.start() + match.end())
                yield CitationMark(place, tuple(dict.fromkeys(names)), "author year")
            continue
        found = [name for _, names in named for name in names]
        found = found or [
            name for match in _ORGANISATION.finditer(inner) for name in _known(match["name"], match, known)
        ]
        if found:
            yield CitationMark(Span(*bracket.span()), tuple(dict.fromkeys(found)), "author year")
    for match in _narrative().finditer(text):
        found = _names(match, known, narrative=True)
        if found:
            yield CitationMark(Span(_start(match, found[0], known), match.end()), tuple(found), "narrative")


def _holds_figures(inner: str, named: Sequence[re.Match[str]]) -> bool:
    """True for brackets that hold figures, each with its work behind it: ``(3 million, Doe et al., 2008; 5 million, Roe
    et al., 2010)``."""
    ends = [0, *(match.end() for match in named)]
    return bool(named) and any(
        character.isdigit() for end, match in zip(ends, named, strict=False) for character in inner[end : match.start()]
    )


def repeats(text: str, marks: Sequence[CitationMark]) -> Iterator[CitationMark]:
    """``(ibid.)``: the mark before it once more.

    Args:
        marks: of the same text, in order.
    """
    ends = [mark.span.end for mark in marks]
    for match in _again().finditer(text):
        at = bisect.bisect_right(ends, match.start())
        if at:
            yield CitationMark(Span(*match.span()), marks[at - 1].markers, marks[at - 1].rule)


def plain_name(name: str) -> str:
    """A name with one form of hyphen and apostrophe, so that it is the same in text and list."""
    return " ".join(name.translate(_PLAIN).split())


@functools.cache
def _again() -> re.Pattern[str]:
    said = "|".join(cue.pattern for cue in cues.load("reference")["again"])
    return re.compile(rf"[(\[](?:{said})(?:,[^()\[\]]{{0,30}})?[)\]]", re.IGNORECASE)


@functools.cache
def _in_brackets() -> re.Pattern[str]:
    """Author and years inside brackets: ``Doe et al., 2008, 2010``."""
    return re.compile(rf"{_authors()}(?:['’]s)?,?\s+{_YEARS}")


@functools.cache
def _narrative() -> re.Pattern[str]:
    """Author in the sentence, years behind: ``Doe et al. (2008)``, ``Doe et al. 2008``, ``Doe's trial (2008)``."""
    works = "|".join(cue.pattern for cue in cues.load("reference")["author_work"])
    return re.compile(
        rf"(?<!\w){_authors()}(?P<own>['’]s(?:\s(?:{works}))?)?"
        rf"(?:\s+(?P<open>[(\[]){_YEARS}[)\]]|,?(?:\sin)?\s(?P<year>{_YEAR})(?![\w–-]))"
    )


def _authors() -> str:
    particles = "|".join(cue.pattern for cue in cues.load("reference")["particle"])
    word = r"(?:[OD]['’])?[A-ZÀ-ÖØ-Þ][^\W\d_]+(?:[-‐‑][^\W\d_]+|['’](?!s\b)[^\W\d_]+){0,2}"
    name = rf"(?:(?i:{particles})\s){{0,2}}{word}(?:\s{word})?"
    others = "|".join(cue.pattern for cue in cues.load("reference")["co_author"])
    lead = rf"(?:(?P<lead>{word}),\s+(?:{word},\s+){{0,4}})?"
    return rf"{lead}(?P<name>{name})(?P<co>\s+(?:{others})|\s+(?:and|&)\s+{name}|,\s+{name},?\s+(?:and|&)\s+{name})?"


def _names(match: re.Match[str], known: frozenset[str], *, narrative: bool = False) -> list[str]:
    """``Doe 2008`` for each year if the name before is an author, else nothing.

    With ``et al.`` it always is, alone only in brackets or if it is known; of two capitalised words the first belongs
    to the surname only if that is known. Without brackets around the year it is one with ``et al.`` or if it is known.
    """
    whole = plain_name(match["name"])
    names = [whole] if " " not in whole or whole.rpartition(" ")[0].islower() else [whole, _last_word(whole)]
    for name in [*([match["lead"]] if match["lead"] else ()), *names]:
        if found := _known(name, match, known):
            return found
    name, co = names[-1], match["co"]
    if any(name.casefold() in cues.words("reference", kind) for kind in ("not_author", "takes_number")):
        return []
    if narrative and (match["open"] is None or match["own"]):
        sure = co is not None and _others().fullmatch(co.strip()) is not None
    else:
        sure = co is not None or (not narrative and (match.start() == 1 or match.string[match.start() - 2] in ";,"))
    return [f"{name} {year}" for year in _years(match)] if sure else []


@functools.cache
def _others() -> re.Pattern[str]:
    return re.compile("|".join(cue.pattern for cue in cues.load("reference")["co_author"]))


def _known(name: str, match: re.Match[str], known: frozenset[str]) -> list[str]:
    """The markers of a name and its years, as the list writes the name; empty if the list has none of them."""
    forms = _folded(known)
    found = []
    for year in _years(match):
        listed = forms.get(_fold(f"{plain_name(_POSSESSIVE.sub('', name))} {year[:4]}"))
        found.append(f"{listed.rpartition(' ')[0]} {year}" if listed else "")
    if not any(found):
        return []
    author = next(each for each in found if each).rpartition(" ")[0]
    return [each or f"{author} {year}" for each, year in zip(found, _years(match), strict=True)]


def _years(match: re.Match[str]) -> list[str]:
    """``2008a``, ``2008b`` and ``2010`` of ``2008a,b, 2010``."""
    groups = match.groupdict()
    found: list[str] = []
    for part in re.findall(rf"{_YEAR}|(?<![^\W_])[a-h](?![^\W_])", groups.get("years") or groups["year"]):
        found.append(part if part[0].isdigit() else f"{found[-1][:4]}{part}")
    return found


@functools.lru_cache(maxsize=8)
def _folded(known: frozenset[str]) -> dict[str, str]:
    """What is known, by its form without accents; names with umlauts by both of the ways to write them without."""
    forms: dict[str, str] = {}
    for name in sorted(known):
        if name[-4:].isdecimal() and " " in name:
            forms.setdefault(_fold(name), name)
            forms.setdefault(_fold(name.casefold().translate(_LONG)), name)
    return forms


def _fold(name: str) -> str:
    plain = unicodedata.normalize("NFKD", plain_name(name).casefold().replace("ø", "o").replace("ł", "l"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def _start(match: re.Match[str], found: str, known: Iterable[str]) -> int:
    """Where a mark in a sentence begins: at the surname, without a capitalised word before it that is none."""
    name = found.rpartition(" ")[0]
    if match["lead"] and _fold(match["lead"]) == _fold(name):
        return match.start()
    at = _fold(match["name"]).rfind(_fold(name)) if len(_fold(match["name"])) == len(match["name"]) else 0
    return match.start("name") + max(0, at)


def _last_word(name: str) -> str:
    """The last capitalised word of a name with the particles before it."""
    words = name.split()
    at = len(words) - 1
    while at > 0 and (words[at - 1].islower() or words[at - 1].casefold() in _particles()):
        at -= 1
    return " ".join(words[at:])


@functools.cache
def _particles() -> frozenset[str]:
    return cues.words("reference", "particle")
