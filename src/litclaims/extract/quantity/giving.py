"""Who is given what, where a cue word alone does not say: what is spent, what only yields the product, what works.

``Of 100 million cells given, fewer than 10 million are then in the heart`` gives 100 million; ``vesicles of 2 million
CDCs`` give no CDC; ``in mice, 10^5 MSCs restored blood flow`` gives them, though no word says so.
"""

from __future__ import annotations

import functools
import re
from dataclasses import replace

from litclaims.extract.quantity.cues import Cue, find_cues
from litclaims.extract.quantity.units import SMALLEST_BARE, Reading
from litclaims.model import Span
from litclaims.vocab import load
from litclaims.vocab.wordlist import alternation, listed, rows

REACH = 120
"""Characters on either side of a figure in which a form of words is looked for."""

ONLY_YIELDS = "cells that what is given was made of"


@functools.cache
def _made_of() -> re.Pattern[str]:
    table = rows("products", "role")
    product = alternation([row.surface for row in table if row.get("role") == "product"])
    made = alternation([row.surface for row in table if row.get("role") == "made"])
    return re.compile(
        rf"(?<!\w)(?:{product})(?:\s?\([A-Za-z-]{{1,12}}\))?"
        rf"(?:\s(?:of|from)|\s(?:[^.;:()\d]{{0,60}}?\s)?(?:(?:{made})\s(?:from|by|out\sof)|(?:equivalent|corresponding)\sto))\s$",
        re.IGNORECASE,
    )


def only_yields(view: str, reading: Reading) -> bool:
    """True for cells that the product was made of: ``vesicles released by 9 × 10⁶ MSCs``."""
    start = reading.figure.start
    if reading.dimension != "cell":
        return False
    before = max(0, start - REACH)
    return bool(
        _made_of().search(view, before, start)
        or _GROWN_FROM.search(view, before, start)
        or (reading.noun is not None and _release().match(view, reading.unit_end))
    )


_GROWN_FROM = re.compile(r"\b(?:expanded|grown|manufactured|generated|cultured)\b[^.;:,\d]{0,60}\sfrom\s$")


def _yielder(role: str) -> str:
    return alternation(listed("yielders", role))


@functools.cache
def _release() -> re.Pattern[str]:
    """Behind cells: what makes of them the makers of what is counted next."""
    return re.compile(rf"\s(?:can\s|may\s|will\s)?(?:{_yielder('release')})s?\s(?=[\d~<>≥≤]|about|some|up\sto|around)")


@functools.cache
def _released() -> re.Pattern[str]:
    return re.compile(rf"(?:[Cc]ells?|[A-Z]{{2,5}}s?)\s(?P<verb>{_yielder('release')})\s$")


@functools.cache
def _yields() -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w-])(?<!with\s)(?<!with\sthe\s)(?:(?:{_yielder('source')})|(?P<volume>{_yielder('volume')}))s?(?:\s\([^()\n]{{1,30}}\))?"
        r"(?:\s(?:of|from|in)\s(?:(?:the|an?|each|one|every)\s)?[\w'-]{1,20}(?:\s(?:of|from|in)\s(?:the\s|an?\s)?[\w'-]{1,20})?)?"
        r"\s(?:[a-z]{3,9}ly\s|can\s|may\s|will\s|often\s|itself\s|alone\s|then\s)?"
        rf"(?P<verb>{_yielder('gives')}|(?(volume)(?!)|{_yielder('verb')}))\s(?:only\s|just\s|us\s|what,\s)?$",
        re.IGNORECASE,
    )


@functools.cache
def _taken_and_gave() -> re.Pattern[str]:
    taken = alternation(
        [row.surface for row in rows("cues", "cue") if row.get("cue") == "harvest" and row.surface.endswith("ed")]
    )
    return re.compile(rf"\b(?:was|were|is|are)\s(?:{taken})\b[^.;,]{{0,60}}\sand\s(?P<verb>gave|gives?|yielded)\s$")


@functools.cache
def _ended() -> re.Pattern[str]:
    """Before what cells do away with: ``each cell had eliminated at least``."""
    return re.compile(
        rf"(?:[Cc]ells?|[A-Z]{{2,5}}s?)\s(?:(?:has|have|had|can|could|then|also)\s)?(?P<verb>{_yielder('ends')})\s$"
    )


@functools.cache
def _in_aggregate() -> re.Pattern[str]:
    return re.compile(rf"\b(?P<verb>{_yielder('aggregate')})s?\s\(\s?$", re.IGNORECASE)


def with_yield(view: str, cues: list[Cue], reading: Reading, sentence: Span) -> list[Cue]:
    """A sentence's cues, with one of a harvest where what gives is no person: ``each cord gave 3 billion cells``."""
    start = reading.figure.start
    before = max(sentence.start, start - REACH)
    found = _taken_and_gave().search(view, before, start) or (
        _yields().search(view, before, start) if reading.per != "kg" else None
    )
    if found is None and reading.dimension == "cell":
        found = _ended().search(view, before, start)
    if found is None and reading.dimension == "particle":
        found = _released().search(view, before, start)
    if found is None and not reading.figure.scaled:
        found = _in_aggregate().search(view, before, start)
    if found is None:
        return cues
    place, end = found.span("verb")
    kept = [cue for cue in cues if not place <= cue.start < end]
    return sorted([*kept, Cue(place, end, "harvest", found.group("verb"))], key=lambda cue: cue.start)


_WON_FROM = re.compile(
    r"\b(?:(?:derived|isolated|obtained|harvested|extracted|prepared|expanded|separated|collected)\sfrom|draws?|drew|drawing)\s"
    r"(?:(?:an?|the|some|only)\s)?(?:[a-z]+\s){0,3}(?:of\s)?\(?$",
    re.IGNORECASE,
)


@functools.cache
def _source_gives() -> re.Pattern[str]:
    verbs = rf"(?:{_yielder('gives')}|{_yielder('verb')})"
    return re.compile(
        rf"\sof\s(?:[a-z]+\s){{0,2}}(?:{_yielder('source')})\b[^.;:,\d]{{0,30}}\s{verbs}\s", re.IGNORECASE
    )


def is_source(view: str, reading: Reading) -> bool:
    """True for the amount that a product is won from: ``derived from 20 mL of marrow``, ``60 mL of fat contains``."""
    start = reading.figure.start
    won = _WON_FROM.search(view, max(0, start - 60), start)
    return won is not None or _source_gives().match(view, reading.unit_end) is not None


_OF_THOSE = re.compile(
    r"(?:^|[;:,(]\s?|\b(?:and|but)\s)of\s(?:the\s|some\s|about\s|every\s)?[^,;:.()]{4,60}\s$", re.IGNORECASE
)


_NUMBER_OR_DOSE = re.compile(r"\d|\b(?:dose|cells)\b")


def unspent(view: str, cues: list[Cue], reading: Reading, sentence: Span) -> list[Cue]:
    """A sentence's cues without those of what a figure is a part of: ``of 100 million cells given, 10 million``."""
    start = reading.figure.start
    for cue in cues:
        if cue.kind == "given" and cue.end <= start and view[cue.end : cue.end + 1] == ",":
            whole = _OF_THOSE.search(view, max(sentence.start, cue.start - REACH), cue.start)
            if whole is not None and _NUMBER_OR_DOSE.search(whole.group()) is not None:
                return [other for other in cues if not whole.start() <= other.start <= cue.start]
    return cues


_OF_THEM = re.compile(
    r"(?:^|[.,;:(]\s?|%\s|\b(?:thus|so|and|but|then|percent|half|third|quarter|tenth|most|some|one|none|all)\s)"
    r"of\s(?:the\s|these\s|those\s|all\s)?$",
    re.IGNORECASE,
)
"""A share of a whole; in ``survival of 5 million injected cells`` these are what survived."""


def of_what_is_given(view: str, reading: Reading) -> Cue | None:
    """What says that the whole of a part is given: ``of the 5 million injected cells, a tenth stayed``."""
    start, end = reading.figure.end, reading.unit_end
    if reading.noun is None or reading.sense == "concentration":
        return None
    if not _OF_THEM.search(view, max(0, reading.figure.start - 24), reading.figure.start):
        return None
    given = (cue for cue in find_cues(view[start:end]) if cue.kind == "given" and cue.surface.endswith("ed"))
    return next(given, None)


def told_by_its_words(view: str, reading: Reading) -> Cue | None:
    """A route among the words of a noun: ``5 × 10^5 intrathecal cells``; or ``placed 5 million cells into``."""
    end = reading.figure.end
    routes = load("route").find(view[end : reading.noun[0]]) if reading.noun is not None else []
    if routes and end + routes[-1].end + 1 >= reading.noun[0]:  # subcutaneous fat cells come from there
        return Cue(end + routes[0].start, end + routes[0].end, "given", routes[0].label)
    start = reading.figure.start
    placed = _PLACES.search(view, max(0, start - 20), start)
    if placed is None or not _INTO.match(view, reading.unit_end):
        return None
    return Cue(placed.start(), placed.end(), "given", placed.group().strip())


_PLACES = re.compile(r"\b(?:plac(?:e|es|ed|ing)|put|puts|putting|introduc(?:e|es|ed|ing))\s$")
_INTO = re.compile(r"\s(?:in|into|under|around|beneath)\s(?:the|each|both|his|her|your|one)\s")

_GOT = re.compile(r"\b(?P<subject>[A-Za-z]{3,14})(?:\swho|\sthat)?\sgot\s$")
_WILL_HAVE = re.compile(r"\b(?:will|can|could|may)\s(?:each\s)?have\s$")


_KEPT = re.compile(r"\s(?:available|left|ready|remaining|in\s(?:storage|reserve|the\sblood))\b")
"""Behind cells that someone has and is not given."""


def had_by_subjects(view: str, reading: Reading, sentence: Span) -> Cue | None:
    """What those who are treated get: ``people who got 2 million cells``, ``children will have 2 million cells``."""
    start = reading.figure.start
    if not reading.figure.scaled or reading.dimension == "platelet":
        return None
    got = _GOT.search(view, max(sentence.start, start - 40), start)
    if got is not None and _is_subject(got.group("subject").lower()):
        return Cue(got.end() - 4, got.end() - 1, "given", "got")
    have = _WILL_HAVE.search(view, max(sentence.start, start - 20), start)
    if have is None or reading.per == "kg" or _KEPT.match(view, reading.unit_end):
        return None
    told = re.finditer(r"[A-Za-z]{3,14}", view[max(sentence.start, start - REACH) : have.start()])
    return Cue(*have.span(), "given", "have") if any(_is_subject(word.group().lower()) for word in told) else None


_USED = re.compile(
    r"\b(?:[Ss]tudies|[Tt]rials?|those|[A-Z][A-Z-]{2,12}(?:-\d)?\sstudy)(?:\s\([^()\n]{1,20}\))?(?:\s(?!that|to)[a-z-]+){0,5}?"
    r"\s(?:(?:has|have|had|also|typically|usually|often|mostly)\s){0,2}(?:used?|employ(?:ed)?)\s"
    r"(?:an?\s(?:mean|median|average|total)\s(?:dose\s)?of\s)?$"
)
_PURPOSE = re.compile(r"\s(?:to\s|for\s(?!each|every|all|both|one|a\s|the\streatment))")


_USED_BY_ONE = re.compile(
    r"(?:\bet\sal\.?|\b(?:colleagues|co-workers|group|team|investigators|authors|study|[A-Z][a-z]{1,20}\sand\s[A-Z][a-z]{1,20}))"
    r"(?:\s?[(\[][^()\[\]\n]{1,24}[)\]])?\s(?:(?:has|have|had|also)\s)?(?:used|employed)\s"
    r"(?:an?\s(?:mean|median|average|total)\s(?:dose\s)?of\s)?$"
)
_IN_THEM = re.compile(r"[^.;]{0,60}?\bin\s(?:\d{1,4}\s)?(?:[a-z-]+\s){0,2}?(?P<subject>[a-z]+)\b")


def used_by_others(view: str, reading: Reading) -> Cue | None:
    """What trials used, or what someone used in subjects: ``the TACT study used 2 × 10^9 mononuclear cells``.

    What they used *for* or *to do* something is left open.
    """
    start, end = reading.figure.start, reading.unit_end
    used = _USED.search(view, max(0, start - REACH), start)
    if used is None:
        used = _USED_BY_ONE.search(view, max(0, start - REACH), start)
        told = _IN_THEM.match(view, end, end + REACH) if used is not None else None
        if told is None or not _is_subject(told.group("subject")):
            return None
    return None if _PURPOSE.match(view, end) else Cue(used.start(), used.end(), "given", "used")


_NO_OBJECT = r"(?:to|by|from|in|after|with|over|during|at|on|when|as|and|until|[a-z]+ly)"
"""Behind an effect: what shows that it is not told of something, as in ``cells increased after a week``."""


@functools.cache
def _worked() -> re.Pattern[str]:
    effects = alternation(listed("effects"))
    return re.compile(rf"\s(?:(?:also|had|[a-z]{{4,12}}ly)\s)?(?P<effect>{effects})\s(?!{_NO_OBJECT}\b)")


_AS_FEW_AS = re.compile(r"as\s(?:few|little|low)\sas\s", re.IGNORECASE)


def as_it_worked(view: str, reading: Reading, given: Cue | None) -> Reading:
    """The reading without the bound of ``as few as 1 × 10^5 cells restored it``: that is the dose which did."""
    figure = reading.figure
    if given is None or given.start < reading.unit_end or not _AS_FEW_AS.match(view, figure.start):
        return reading
    return replace(reading, figure=replace(figure, start=figure.core, bound="exact"))


_TOLD_OF = re.compile(r"\b(?:[Ii]n|with)\s(?:[a-z-]+\s){0,3}?([a-z-]+)\b")


def worked(view: str, reading: Reading, sentence: Span) -> Cue | None:
    """What an effect in subjects is told of: ``in mice, as few as 1 × 10^5 MSCs restored blood flow``."""
    if reading.noun is None or reading.dimension == "platelet":
        return None  # platelets are in the blood of every subject
    effect = _worked().match(view, reading.unit_end)
    if effect is None:
        return None
    before = view[max(sentence.start, reading.figure.start - REACH) : reading.figure.start]
    told = any(_is_subject(match.group(1)) for match in _TOLD_OF.finditer(before))
    return Cue(effect.start("effect"), effect.end("effect"), "given", effect.group("effect")) if told else None


@functools.cache
def _is_subject(word: str) -> bool:
    """True for what is treated: a species in the plural, patients."""
    found = load("species").find(word)
    return bool(found) and found[0].start == 0 and found[0].end == len(word)


@functools.cache
def _offer() -> re.Pattern[str]:
    offer, titled = alternation(listed("delivery", "offer")), alternation(listed("delivery", "offer", "title"))
    modal = r"(?:(?:may|can|will|would|could|typically|usually|often|normally|generally)\s){0,2}"
    holds = rf"\s{modal}(?:{alternation(listed('delivery', 'hold'))})\s"
    return re.compile(
        rf"(?<![\w-])(?:(?P<title>{titled})(?:\s\([^()\n]{{1,30}}\))?(?:\s?[–:]|\s-)\s|(?P<offer>{offer}){holds})$",
        re.IGNORECASE,
    )


_OF_ITSELF = re.compile(r"(?:\A|\n)[^\n.;:,]{0,60}\Z")
_TELLS = re.compile(r"[^\n]{0,120}?\b(?:was|were|is|are|has|have|had|did|do|can|could|may|will)\b")


def offered(view: str, reading: Reading) -> Cue | None:
    """What a treatment is said to hold: ``Knee treatment – 50 million stem cells``, ``a therapy consisting of``.

    A title stands at the head of its line, and nothing is told behind it.
    """
    start = reading.figure.start
    found = _offer().search(view, max(0, start - REACH), start) if reading.noun is not None else None
    if found is None or reading.sense == "concentration":
        return None
    if found["title"] and not (reading.figure.scaled and _OF_ITSELF.search(view, max(0, start - REACH), found.start())):
        return None
    if found["title"] and _TELLS.match(view, reading.unit_end):
        return None
    name = found["title"] or found["offer"]
    return Cue(found.start(), found.start() + len(name), "given", name.lower())


_SHORT_FORM = re.compile(r"(?:\s\([\w+-]{2,12}\))?\s*")


def named_by(view: str, reading: Reading, below: str) -> Cue | None:
    """What is given below a heading that is nothing but a number of cells, as the name of an arm is."""
    if not reading.figure.scaled or reading.noun is None or view[: reading.figure.start].strip():
        return None
    alone = _SHORT_FORM.fullmatch(view, reading.unit_end) is not None
    first = next(iter(find_cues(below)), None) if alone else None
    return first if first is not None and first.kind == "given" else None


@functools.cache
def _arms_behind() -> re.Pattern[str]:
    """Behind a dose: what names those who got it, at once or behind another dose: ``10M (p = .1) and 20M groups``."""
    arms = alternation([arm for arm in listed("arms") if not arm.startswith(("dose", "level"))])
    aside = r"(?:\s?\([^()\n]{1,24}\))?"
    return re.compile(
        rf"{aside}(?:(?:,|\sand|\sor|\svs\.?|,\sand)\s\d[\d.]{{0,5}}\s?(?:M|million){aside}){{0,4}}[\s-](?:{arms})s?\b"
    )


@functools.cache
def _arms_before() -> re.Pattern[str]:
    """Before a dose: so many for each arm, and the doses of the arms: ``n = 8/group: 20M,``."""
    arms = alternation([arm for arm in listed("arms") if not arm.startswith(("dose", "level"))])
    return re.compile(
        rf"(?<![\w.])\d{{1,4}}\s?(?:/\s?|(?:\s[a-z]{{4,12}})?\s(?:per|in\seach)\s)(?:{arms})\s?[:,]\s"
        r"(?:\d[\d.]{0,5}\s?(?:M|million)(?:,|\sand|\sor|,\sand|,\sor)\s){0,6}$"
    )


def of_an_arm(view: str, reading: Reading) -> Cue | None:
    """What an arm is told by: ``the 100M group``, ``8/group: 20M, 100M MSCs``."""
    figure = reading.figure
    if not figure.scaled or reading.per or figure.high < SMALLEST_BARE:
        return None
    found = _arms_behind().match(view, max(figure.end, reading.unit_end)) or _arms_behind().match(view, figure.end)
    found = found or _arms_before().search(view, max(0, figure.start - REACH), figure.start)
    return Cue(*found.span(), "given", "arm") if found else None


_DEFECT = re.compile(r"\b(?:defects?|lesions?|cavit(?:y|ies)|holes?)\b[^.]{0,80}\bfilled\b", re.IGNORECASE)
_CARRIER = re.compile(r"\bwith\s(?:[\w-]+\s){0,4}(?:containing|holding|carrying|seeded\swith|loaded\swith)\s$")


def filled_in(view: str, reading: Reading, sentence: Span) -> Cue | None:
    """What a defect is filled with: ``defects were filled with gel containing 1 × 10^5 chondrocytes``."""
    start = reading.figure.start
    carrier = _CARRIER.search(view, max(sentence.start, start - REACH), start)
    if carrier is None or _DEFECT.search(view, sentence.start, start) is None:
        return None
    return Cue(carrier.start(), carrier.end(), "given", "filled with")


_THEN_GIVEN = re.compile(
    r"\s?\)?(?:,\swhich)?\s(?:was|were|is|are|will\sbe|(?:has|have|had)\sbeen)\s(?:all\s|then\s)?"
    r"|[^.;]{0,40}[;,]\s(?:and\s)?(?:all\sof\s(?:it|them|these|this|which)|everything)\s(?:was|were|is|are|will\sbe)\s(?:then\s)?"
)
"""Between a yield and the word that says that it is given: ``(68 million) was``, ``; all of it is``."""


def is_then_given(view: str, reading: Reading, cues: list[Cue]) -> bool:
    """True for a yield of which the same sentence says that it, or all of it, is given."""
    return any(
        cue.kind == "given"
        and 0 < cue.start - reading.unit_end <= REACH
        and _THEN_GIVEN.fullmatch(view[reading.unit_end : cue.start])
        for cue in cues
    )


_MEANS = re.compile(r"\swith\s(?:only\s|just\s|as\sfew\sas\s)?")


def without_means(view: str, cues: list[Cue], reading: Reading) -> list[Cue]:
    """A sentence's cues without one of a harvest that a figure is the means of: ``the best was obtained with``."""
    start = reading.figure.start
    return [
        cue
        for cue in cues
        if not (cue.kind == "harvest" and cue.surface.endswith("ed") and _MEANS.fullmatch(view[cue.end : start]))
    ]


_NEXT_IS = re.compile(
    r"\s?\)?\.\s{1,3}(?:[Tt]hese|[Tt]hose|[Tt]hey|[Tt]he|[Aa]ll)(?:\s[a-z-]{2,14}){0,3}?\s(?:are|were|will\sbe)\sthen\s"
)
_REST = re.compile(r"[^.\n]{0,200}")


def given_next(view: str, reading: Reading, denied: Cue) -> Cue | None:
    """What the next sentence says is then done with a yield that ends its own: ``… 20 million cells. These are then
    injected``. One that tells of a number gives that."""
    if denied.kind != "harvest" and denied.surface not in listed("yielders", "grown"):
        return None
    following = _NEXT_IS.match(view, reading.unit_end)
    if following is None:
        return None
    rest = _REST.match(view, following.end()).group()
    cue = next(iter(find_cues(rest)), None)
    if cue is None or cue.start or cue.kind != "given" or any(character.isdigit() for character in rest):
        return None
    return Cue(following.end(), following.end() + cue.end, cue.kind, cue.surface)
