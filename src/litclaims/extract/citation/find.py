"""Marks in one text, each with the rule that found it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from litclaims.extract.citation.mark import CitationMark
from litclaims.extract.citation.names import author_years, repeats
from litclaims.extract.reference import cues
from litclaims.extract.reference.parse import clean_doi
from litclaims.model import Span

MAX_RANGE = 40
"""``[5–8]`` is written out; a range of more numbers is an interval of something else."""

MAX_PART = 400
"""Characters of a part of a list within a sentence."""

_DASH = "‐‑‒–—−-"
_NUMBER = rf"[1-9]\d{{0,2}}(?:\s?[{_DASH}]\s?[1-9]\d{{0,2}})?"
_LIST = rf"{_NUMBER}(?:\s?[,;]\s?{_NUMBER}){{0,30}}"
_BRACKET = re.compile(rf"\[ ?(?P<list>{_LIST}) ?\]")
_ROUND = re.compile(
    rf"(?<=[^\W\d_])\s?\((?P<list>{_LIST})\)(?=\s*(?:[.,;:)]|$))|(?<=[^\W\d_][.,])\s?\((?P<after>{_LIST})\)(?=\s*(?:$|[A-Z]))"
)
_SUPER = re.compile(r"(?P<list>[¹²³⁴-⁹][⁰¹²³⁴-⁹]{0,2}(?:[,˒،’ ⁻–-]{1,2}[¹²³⁴-⁹][⁰¹²³⁴-⁹]{0,2}){0,20})(?![\w⁺⁻⁰¹²³⁴-⁹])")
_TIGHT_LIST = rf"[1-9]\d{{0,2}}(?:[,{_DASH}][1-9]\d{{0,2}}){{0,20}}"
_GLUED_LIST = rf"[1-9]\d{{0,2}}(?:(?:, ?|[{_DASH}])[1-9]\d{{0,2}}){{0,20}}"
_ANY_ROUND = re.compile(
    rf"(?:(?<=[^\W\d_])|(?<=[)%\"”’.,;])|(?<=[^\W\d_a-z]\d)|(?<=[^\W\d_]-\d)|(?<=\b[12]\d\d\d))\s?\((?P<list>{_LIST})\)(?!\d)"
)
_AFTER_COMMA = re.compile(r"[^\W\d_], ?\(")
_WHOLE = re.compile(r"\([^()]{0,40}[^\W\d_][^()]{0,40}\)$|(?<![^\W_])(?:19|20)\d\d$|[^\W\d_]-?\d{1,3}(?:v\d)?$")
"""What a number in brackets is no part of: other brackets with a word, a year, a name with a number in it."""

_UNIT_LETTER = re.compile(r"\W[^\W\d_]\Z")
_ITEM = re.compile(r"\((?P<number>\d{1,2})\)\s?(?=\w)")
_ENUMERATES = re.compile(r"(?:[:;,]|\b(?:and|or))\s?$")
_SUP_TAG = re.compile(rf"<sup>\s?\[?(?P<list>{_LIST})\]?\s?</sup>", re.IGNORECASE)
_CARET = re.compile(rf"\^(?:\{{(?P<braced>{_LIST})\}}|(?P<plain>{_TIGHT_LIST}))(?![\w}}])")
_GLUED = re.compile(
    rf"[.](?:(?<=[^\W\d_A-Z].)|(?<=[A-Z][A-Z].)|(?<=(?P<closed>\)).))(?P<list>{_GLUED_LIST})(?=\s+[(\"“‘]?[A-Z]|\s*$)"
)
_TIGHT_KNOWN = re.compile(
    rf"(?:(?<=[^\W\d_A-Z])[,;:]|(?<=[^\W\d_]\))[,;:.]?|(?<=[A-Z][A-Z])[,;:]|(?P<word>(?<![^\W_])(?:[a-z]{{4,30}}|al))"
    rf"|(?P<short>(?<![^\W_])[a-z]{{0,6}}[A-Z]{{3,6}}s?))(?P<list>{_TIGHT_LIST})(?=[\s,.;:)—]|$)(?![.,]\d|\s?\(|\s[A-Z]\b)"
)
_TIGHT_SPACED = re.compile(
    r"(?<![^\W_])(?P<word>[a-z]{4,30}|al|[a-z]{0,6}[A-Z]{3,6}s)(?P<list>[1-9]\d{0,2}(?:, [1-9]\d{0,2}){1,20})"
    r"(?=[.;:)—]|,\s[a-z]|\s(?P<next>[a-z]{2,12})\s)"
)
_AFTER_STOP = re.compile(
    rf"(?:(?<=[^\W\d_][.])|(?<=\)[.]))[ \u00a0](?P<list>{_LIST})(?=\s+(?:[AI]\s|[A-Z][^\W\d_]+[\s,]))"
)
_WITHIN = re.compile(
    r"(?<![\w.-])(?P<before>[a-z][a-z-]{2,30}|(?:19|20)\d\d|[a-z]{0,6}[A-Z]{2,6}s?|[^\W\d_]{2,30}\))"
    rf"(?P<comma>,?)[ \u00a0](?P<list>{_LIST})(?=[,;:—]|[ \u00a0](?P<next>[a-z]{{2,12}})[ \u00a0/])"
)
_GOES_ON_IN_NUMBERS = re.compile(
    r"[\s,;:]*(?:(?:[a-z]{2,7}|[A-Z][a-z]{1,6})\s){0,2}[~<>≤≥±]?\d|\s?[-–]|[,;]?\s(?:and|or|to)\s(?:one|two|three|half)\b"
)
"""Behind a number: others, as in ``patients 12 and 24 weeks after``; these are figures."""

_BARE = re.compile(
    rf"(?P<before>[^\W\d_]|\)|%|[^\W\d_)][.]|\)[.])[ \t\u00a0]{{1,2}}(?P<list>{_LIST})(?=[.]?\s*$|[.]\s+[(\"“‘]?[A-Z])"
)
_BARE_END = re.compile(r"\d\.?\s*$|\d\.\s")
"""What every bare number ends with; most texts have none."""

_NAME_OR_YEAR = re.compile(r"(?<![^\W_])(?:[A-Z]{2,6}|[A-Z][\w-]{0,8}\d[a-z]?|(?:19|20)\d\d)$")
_BEYOND_LABELS = re.compile(r"\s?\(?(?:1[3-9]|[2-9]\d|[1-9]\d\d)(?!\d)")
"""A number that no group, stage or model is called by: there are not so many in a study."""

_COUNTED = re.compile(r"\d[\s-]?[^\W\d_]{2,20}[.)\s]*$")
_LAST_WORD = re.compile(r"([^\W\d_]+)[.)\s]*$")
_OF_AUTHORS = re.compile(
    rf"\bet\sal\.?,?(?P<tight>{_TIGHT_LIST})(?=[\s.,;:)]|$)(?![.,]\d)|\bet\sal\.?,?\s?\((?P<round>{_LIST})\)(?!\d)"
)
"""A number behind ``et al.``: stuck to it, as raised ones are in a copy, or in brackets of any kind."""

_SAID = re.compile(rf"\((?:see\s)?ref(?:erence)?s?\.?\s(?P<list>{_LIST})\)", re.IGNORECASE)
_NOTE = re.compile(r"\[\^(?:(?P<number>[1-9]\d{0,2})|(?P<name>[^\W\d_][\w:.+-]{1,30}(?:19|20)\d\d[a-z]?))\](?!:)")
_KEYS = re.compile(r"\[(?:see\s)?(?P<keys>-?@[\w:.+-]{2,60}(?:;\s?-?@[\w:.+-]{2,60}){0,10})(?:,[^\[\]@;]{1,30})?\]")
_DOI = re.compile(
    r"(?:https?://(?:dx\.)?doi\.org/|\bdoi:\s?|(?<![\w/.]))(?P<doi>10\.\d{4,9}/[^\s\"<>]{1,200})", re.IGNORECASE
)
_PMID = re.compile(r"\bPMID:?\s{0,2}(?P<pmid>\d{5,9})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Style:
    """Which of the doubtful forms the document uses for its markers.

    Attributes:
        bare: numbers after the last word of a statement.
        parenthesised: numbers in round brackets.
        glued: numbers stuck to the word, bracket or comma before them.
    """

    bare: bool = False
    parenthesised: bool = False
    glued: bool = False


def find_citations(
    text: str, *, known_markers: frozenset[str] = frozenset(), style: Style | None = None
) -> tuple[CitationMark, ...]:
    """The marks of a text in order; none overlap, of two readings the longer stands.

    Args:
        text: a block or a sentence; a bare number counts at the end of either.
        known_markers: of the document's reference list; if it is numbered, other numbers are no markers.
        style: of the document; without it bare and parenthesised numbers are not taken for markers.
    """
    style = style or Style()
    numbers = frozenset(marker for marker in known_markers if marker.isdecimal())
    marks = [*_brackets(text, numbers), *_superscripts(text, numbers), *_glued(text, numbers), *_identifiers(text)]
    marks += [*_of_authors(text, numbers), *_notes(text, numbers)]
    marks += author_years(text, known_markers)
    if style.bare:
        marks += [*_bare(text, numbers), *([*_after_stops(text, numbers), *_within(text, numbers)] if numbers else ())]
    if style.parenthesised:
        marks += _parenthesised(text, numbers, _ANY_ROUND if numbers else _ROUND)
    if style.glued and numbers:
        marks += _tight(text, numbers)
    kept = _longest(marks)
    return _longest([*kept, *repeats(text, kept)])


def bare_candidates(text: str) -> list[tuple[str, ...]]:
    """The markers that a text would have if its bare numbers were such."""
    return [mark.markers for mark in _bare(text, frozenset())]


def parenthesised_candidates(text: str) -> list[tuple[str, ...]]:
    """The markers that a text would have if its numbers in round brackets were such."""
    return [mark.markers for mark in _parenthesised(text, frozenset(), _ROUND)]


def certain_numbers(text: str, known: frozenset[str]) -> dict[str, int]:
    """How many numeric marks of each form a text has that need no evidence from elsewhere."""
    numbers = frozenset(marker for marker in known if marker.isdecimal())
    forms = {"bracket": _brackets, "superscript": _superscripts, "glued": _glued}
    return {name: sum(1 for _ in find(text, numbers)) for name, find in forms.items()}


def expand(listed: str) -> tuple[str, ...]:
    """``3,5–8`` written out; empty for a range that falls or is longer than :data:`MAX_RANGE`."""
    found: list[str] = []
    for part in re.split(r"[,;]", listed):
        first, _, last = re.sub(rf"\s*[{_DASH}]\s*", "-", part.strip()).partition("-")
        low, high = int(first), int(last or first)
        if not 0 <= high - low <= MAX_RANGE or (last and low == high):
            return ()
        found.extend(str(number) for number in range(low, high + 1))
    return tuple(dict.fromkeys(found))


def _mark(
    match: re.Match[str], listed: str, rule: str, numbers: frozenset[str], *, start: int
) -> Iterator[CitationMark]:
    markers = expand(listed)
    if markers and (not numbers or numbers.issuperset(markers)):
        yield CitationMark(Span(start, match.end()), markers, rule)


def _brackets(text: str, numbers: frozenset[str]) -> Iterator[CitationMark]:
    for match in _BRACKET.finditer(text):
        before = _LAST_WORD.search(text[max(0, match.start() - 24) : match.start()].rstrip("(:=, \t"))
        if before is None or before[1].casefold() not in cues.words("reference", "interval"):
            yield from _mark(match, match["list"], "bracket", numbers, start=match.start())


def _parenthesised(text: str, numbers: frozenset[str], pattern: re.Pattern[str]) -> Iterator[CitationMark]:
    items, refused = _items(text), -1
    for match in pattern.finditer(text):
        start, listed = text.index("(", match.start()), _listed(match)
        last = int(listed) if listed.isdecimal() else 0
        if (
            start in items
            or _enumerates(text, start, match)
            or (last == refused + 1 and last > 1)
            or not _may_be_cited(text, match)
        ):
            # behind a unit, ``at 5 d (1) or 45 d after it (2)``, what goes on counting goes on counting the same
            refused = last if _UNIT_LETTER.search(text, max(0, match.start() - 2), match.start()) else -1
        else:
            yield from _mark(match, listed, "parenthesis", numbers, start=start)


def _listed(match: re.Match[str]) -> str:
    found = match.groupdict()
    return found["list"] or found["after"]


def _may_be_cited(text: str, match: re.Match[str]) -> bool:
    """True if what stands before a number in brackets does not make it a label or a count: ``cohort (2)``.

    Before a full stop it is one only right behind a preposition, as in ``of type (2).``: a phrase with an article or an
    adjective, ``the treated group (2).``, is whole without the number.
    """
    at = match.start()
    before = text[max(0, at - 60) : at].rstrip()
    if _AFTER_COMMA.match(text, max(0, at - 2)) or _WHOLE.search(before) or not _takes_number(text, at):
        return True
    words = before.split()
    if (
        not words
        or not words[-1].isalpha()
        or len(words[-1]) == 1
        or text[match.end() : match.end() + 1] not in ("", ".")
    ):
        return False
    return len(words) < 2 or words[-2].casefold() not in cues.words("reference", "takes_number")


def _enumerates(text: str, start: int, match: re.Match[str]) -> bool:
    """True if a number in brackets opens a part of a list: ``met these: (1) pain; (2) age``."""
    if not _ENUMERATES.search(text, max(0, start - 5), start):
        return False
    listed, before = _listed(match), text[max(0, start - MAX_PART) : start]
    opens = listed == "1" or (listed.isdecimal() and f"({int(listed) - 1})" in before)
    return opens and text[match.end() : match.end() + 2].strip()[:1].isalnum()


def _items(text: str) -> frozenset[int]:
    """Where the numbers of a list within a sentence stand: ``we (1) washed and (2) counted``."""
    starts: list[int] = []
    for match in _ITEM.finditer(text):
        if int(match["number"]) == len(starts) + 1:
            starts.append(match.start())
    return frozenset(starts if len(starts) > 1 else ())


def _superscripts(text: str, numbers: frozenset[str]) -> Iterator[CitationMark]:
    digits = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻˒،’ ", "0123456789-,,,,")
    for match in _SUPER.finditer(text):
        if _carries_marker(text, match.start(), sure=bool(numbers) and len(match.group()) > 1):
            listed = re.sub(r",{2,}", ",", match["list"].translate(digits)).strip(",-")
            yield from _mark(match, listed, "superscript", numbers, start=match.start())
    for match in _CARET.finditer(text):
        listed = match["braced"] or match["plain"]
        if _carries_marker(text, match.start(), sure=bool(numbers) and len(listed) > 1):
            yield from _mark(match, listed, "superscript", numbers, start=match.start())
    for match in _SUP_TAG.finditer(text):
        if _carries_marker(text, match.start(), sure=bool(numbers) and len(match["list"]) > 1):
            yield from _mark(match, match["list"], "superscript", numbers, start=match.start())


def _carries_marker(text: str, at: int, *, sure: bool = False) -> bool:
    """True if a superscript here may be a marker: after a sign, or a word that is no unit, symbol or power.

    ``sure`` says that it is no exponent of a unit by its digits: then it may follow a short name or a year as well.
    """
    before = text[at - 1 : at]
    if sure and _NAME_OR_YEAR.search(text[max(0, at - 12) : at]) is not None:
        return True
    if before in ("", " ") or before.isdigit() or before in "^*×/+-−":
        return False
    if not before.isalpha():
        return before in ".,;:)]%”’\"'"
    word = _LAST_WORD.search(text[max(0, at - 24) : at])
    return word is not None and len(word[1]) > 2 and word[1].casefold() not in cues.words("reference", "squared_unit")


def _tight(text: str, numbers: frozenset[str]) -> Iterator[CitationMark]:
    """Numbers stuck to a comma, a closing bracket or a word, of a document that prints its markers so."""
    for match in _TIGHT_KNOWN.finditer(text):
        word = match["word"]
        if match["short"] and not match["list"].strip("0123456789"):  # a name with its number, as in IL2
            continue
        if word is None or word not in cues.words("reference", "takes_number"):
            yield from _mark(match, match["list"], "glued", numbers, start=match.start("list"))
    for match in _TIGHT_SPACED.finditer(text):
        plain = match["next"] is None or match["next"] in cues.words("reference", "goes_on")
        if plain and match["word"] not in cues.words("reference", "takes_number"):
            yield from _mark(match, match["list"], "glued", numbers, start=match.start("list"))


def _after_stops(text: str, numbers: frozenset[str]) -> Iterator[CitationMark]:
    """Numbers between two sentences: ``the world. 2 Another``."""
    for match in _AFTER_STOP.finditer(text):
        if not _takes_number(text, match.start()):
            yield from _mark(match, match["list"], "bare", numbers, start=match.start("list"))


def _within(text: str, numbers: frozenset[str]) -> Iterator[CitationMark]:
    """Numbers behind a noun within a sentence: ``our group 2, 3 we saw``, ``in mice 16, which``.

    What stands before is no word that takes a number, and what follows no noun that it could count.
    """
    for match in _WITHIN.finditer(text):
        before, follower = match["before"], match["next"]
        kind = "goes_on_alone" if match["comma"] else "goes_on"
        if (follower or match["comma"]) and follower not in cues.words("reference", kind):
            continue
        if (
            before.isupper() and not before.endswith(")") and not (match["comma"] or "," in match["list"])
        ):  # a name with its number, as in IL 2
            continue
        takes = not before.isdigit() and _takes_number(text, match.end("before"))
        if takes or before in cues.words("reference", "gives_number"):
            continue
        if not _GOES_ON_IN_NUMBERS.match(text, match.end("list")):
            yield from _mark(match, match["list"], "bare", numbers, start=match.start("list"))


def _glued(text: str, numbers: frozenset[str]) -> Iterator[CitationMark]:
    for match in _GLUED.finditer(text):
        word = _LAST_WORD.search(text[max(0, match.start() - 24) : match.start()])
        if match["closed"] or (word is not None and not _takes_number(text, match.start() + 1)):
            yield from _mark(match, match["list"], "glued", numbers, start=match.start() + 1)


def _bare(text: str, numbers: frozenset[str]) -> Iterator[CitationMark]:
    for match in _BARE.finditer(text) if _BARE_END.search(text) else ():
        start = match.start("list")
        if match["before"][-1] in ")%" or match["before"] == ")." or not _takes_number(text, start):
            yield from _mark(match, match["list"], "bare", numbers, start=start)


def _takes_number(text: str, at: int) -> bool:
    """True if the word before a number is one that a number belongs to: ``type 2``, ``week 6``, ``to 5``."""
    before = text[max(0, at - 24) : at].rstrip()
    word = _LAST_WORD.search(before)
    if word is None or len(word[1]) == 1:
        return True
    kind = "abbreviation" if before.endswith(".") else "takes_number"
    if _COUNTED.search(before) and word[1].casefold() in cues.words("reference", "counted"):
        return False
    if word[1].casefold() in cues.words("reference", "small_label") and _BEYOND_LABELS.match(text, at):
        return False
    owned = any(each.casefold() in cues.words("reference", "owner") for each in before[: word.start()].split()[-1:])
    return not owned and word[1].casefold() in cues.words("reference", kind)


def _identifiers(text: str) -> Iterator[CitationMark]:
    for match in _DOI.finditer(text) if "10." in text else ():
        doi = clean_doi(match["doi"])
        yield CitationMark(Span(match.start(), match.start("doi") + len(doi)), (f"doi:{doi.casefold()}",), "doi")
    for match in _PMID.finditer(text):
        yield CitationMark(Span(*match.span()), (f"pmid:{match['pmid']}",), "pmid")


def _of_authors(text: str, numbers: frozenset[str]) -> Iterator[CitationMark]:
    """Numbers that belong to authors or that are said to be references: ``Doe et al.,12``, ``(reference 9)``."""
    for match in _OF_AUTHORS.finditer(text) if "et" in text and "al" in text else ():
        group = "tight" if match["tight"] else "round"
        start = match.start(group) - (group == "round")
        yield from _mark(match, match[group], "narrative", numbers, start=start)
    for match in _SAID.finditer(text):
        yield from _mark(match, match["list"], "bracket", numbers, start=match.start())


def _notes(text: str, numbers: frozenset[str]) -> Iterator[CitationMark]:
    """Notes and keys of a marked-up text: ``[^3]`` and ``[^doe2008]``, ``[@doe2008; @roe2010, p. 3]``. A note by number
    may be any note if no reference has it."""
    for match in _NOTE.finditer(text) if "[^" in text else ():
        if match["name"]:
            yield CitationMark(Span(*match.span()), (f"^{match['name']}",), "bracket")
        elif match["number"] in numbers:
            yield CitationMark(Span(*match.span()), (match["number"],), "bracket")
    for match in _KEYS.finditer(text) if "@" in text else ():
        found = tuple(key.strip().lstrip("-@") for key in match["keys"].split(";"))
        yield CitationMark(Span(*match.span()), found, "bracket")


def _longest(marks: list[CitationMark]) -> tuple[CitationMark, ...]:
    kept: list[CitationMark] = []
    for mark in sorted(marks, key=lambda mark: (mark.span.start, -len(mark.span))):
        if not kept or kept[-1].span.end <= mark.span.start:
            kept.append(mark)
    return tuple(kept)
