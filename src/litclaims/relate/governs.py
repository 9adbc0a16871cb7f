"""How the words around a mention bear on it: whether something goes into a site, whom a condition is ascribed to."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Sequence

from litclaims import vocab
from litclaims.model import Mention, Span
from litclaims.vocab.wordlist import alternation, listed, rows, words_of

IMPLIED = "implied by site"
"""The rule of a route that the text does not name but implies: ``injected into the knee``."""

JOINT = "joint"
"""The site whose kinds are all joints."""

REACH = 40
"""Characters before a mention in which the preposition is looked for that governs it."""

CLAUSE = 300
"""Characters before a mention in which the verb of giving is looked for that governs it."""

_INTO = re.compile(
    r"\b(?:into|inside|within|onto|through|via)\s(?:(?!no\b|without\b|with\b|for\b|from\b)[\w-]+\s){0,5}$",
    re.IGNORECASE,
)
_TO = re.compile(
    r"\b(?:in|to|at|by|along|around|under|beneath|over)\s(?:(?!and\b|or\b|for\b|with\b|from\b)[\w-]+\s){0,5}$",
    re.IGNORECASE,
)
_PER = re.compile(
    r"(?:\d|\bM|illions?|\b(?:cells|platelets|[A-Z-]{2,8}s?))\s(?:per|(?:for|in|into)\seach)\s(?:[\w-]+\s)?$",
    re.IGNORECASE,
)
_MASS = re.compile(r"\d\s?(?:mg|mcg|µg|ug|IU|units?)\b")
_MASS_BESIDE = re.compile(
    r"\d\s?(?:mg|mcg|µg|ug|IU|units?)(?:/\w{1,4}){0,2}[\s,(]{1,3}(?:(?:via|by|as|given|per)\s(?:an?\s|the\s)?){0,2}$"
)
_STOP = re.compile(r"(?<!\b[A-Z])[.;:\n]\s")  # the E. of a bacterium ends nothing
_FROM = re.compile(r"\bfrom\s(?:[\w-]+[\s/]){0,4}$|\bfrom\s(?:[\w-]+\s){0,3}[\w-]+(?:/|\s(?:and|or)\s)$", re.IGNORECASE)
_DERIVED = re.compile(r"[\s-](?:derived|sourced|origin)\b", re.IGNORECASE)


@functools.cache
def general_sites() -> frozenset[str]:
    """Sites that only repeat what the route says, or what is reached in another site."""
    return frozenset(listed("general_sites"))


@functools.cache
def not_cells() -> dict[str, str]:
    """What a product is counted in that is not counted in cells, by its label."""
    return {row.surface: row.get("role") for row in rows("not_cells", "role")}


@functools.cache
def _giving() -> re.Pattern[str]:
    """The words of giving: those that make a number of cells a dose, and some that do not by themselves."""
    words = [row.surface for row in rows("cues", "cue") if row.get("cue") == "given"]
    words += listed("delivery", "give")
    return re.compile(rf"(?<!\w)(?:{alternation(words)})(?!\w)", re.IGNORECASE)


@functools.cache
def _contrast() -> re.Pattern[str]:
    words = alternation(listed("contrast"))
    return re.compile(rf"(?<!\w)(?:{words})\s(?:\w+\s){{0,2}}$", re.IGNORECASE)


def _population(role: str) -> str:
    return alternation(listed("population", role))


@functools.cache
def _people_before() -> re.Pattern[str]:
    people, link = _population("people"), _population("link")
    between, after = r"(?:[\w/()%-]+,?\s){0,6}", r"(?:[\w/-]+[.,]?\s){0,4}"
    return re.compile(rf"(?<!\w)(?:(?:{people})\s{between}(?:{link})|{_population('case')})\s{after}$", re.IGNORECASE)


@functools.cache
def _people_after() -> re.Pattern[str]:
    return re.compile(rf"[\s-](?:{_population('people')}|{_population('after')})(?!\w)", re.IGNORECASE)


@functools.cache
def _aim_before() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_population('aim')})\s(?:[\w/-]+,?\s){{0,4}}$", re.IGNORECASE)


def is_contrasted(mention: Mention, text: str) -> bool:
    """True for what is only set against the thing meant: ``rather than intravenous``."""
    return _contrast().search(_before(mention, text)) is not None


def is_source(mention: Mention, text: str) -> bool:
    """True for what the cells come from: ``derived from umbilical cord``, ``marrow-derived``, ``iPSC-derived``."""
    start, end = mention.span.start, mention.span.end
    if mention.kind not in ("target", "cell_type"):
        return False
    if _DERIVED.match(text, end):
        return True
    if mention.kind == "cell_type":
        return _made_from().search(text, max(0, start - 70), start) is not None
    return _FROM.search(text, max(0, start - 50), start) is not None


@functools.cache
def _made_from() -> re.Pattern[str]:
    """What stands before the cells that others are made of."""
    words = alternation(listed("materials", "made"))
    return re.compile(rf"(?<!\w)(?:{words})\s(?:[\w-]{{1,20}}\s){{0,3}}$", re.IGNORECASE)


def is_material(mention: Mention, text: str) -> bool:
    """True for a site in the name of a fluid that cells are kept in: ``in bone marrow supernatant``, ``in 5 ml of
    cerebrospinal fluid``."""
    if mention.kind != "target" and mention.rule != IMPLIED:
        return False
    if _VOLUME_OF.search(_before(mention, text)):
        return True
    return words_of("materials", "fluid").match(text, _next_word(text, mention)) is not None


_VOLUME_OF = re.compile(r"\d\s?(?:ml|cc|µl|μl|ul)\sof\s(?:[\w-]{1,15}\s){0,2}$", re.IGNORECASE)


def is_of_a_part(mention: Mention, text: str, end: int) -> bool:
    """True for a kind of cell behind a figure's end in a bracket on a part of it: ``(of these 2% were CD34+)``."""
    between = text[end : max(end, mention.span.start)]
    return _PART.search(between) is not None


_PART = re.compile(r"\((?:of\s(?:these|which|them|whom)|including|containing|thereof)\b[^()]*$", re.IGNORECASE)


def is_of_a_drug(mention: Mention, text: str) -> bool:
    """True for a route that stands beside a mass or before an agent: ``10 mg p.o.``, ``intravenous rituximab``."""
    if mention.kind != "route":
        return False
    return _MASS_BESIDE.search(_before(mention, text)) is not None or _agent_behind(mention, text)


_AGENT_BEHIND = re.compile(
    r"\s(?:(?:administration|injection|infusion|dose)s?\s(?:of|with)\s(?:the\s)?)?(?:(?:high|low)-dose\s)?"
)


def _agent_behind(mention: Mention, text: str) -> bool:
    gap = _AGENT_BEHIND.match(text, mention.span.end)
    return gap is not None and _other_agent().match(text, gap.end()) is not None


def is_measured(mention: Mention, text: str) -> bool:
    """True for a kind of cell that is only counted in the blood: ``lymphocyte count``."""
    return (
        mention.kind == "cell_type" and words_of("measured", "after").match(text, _next_word(text, mention)) is not None
    )


def goes_into(mention: Mention, text: str) -> bool:
    """True for a site that something is put into: ``into the knee``, ``through the tail vein``, ``cells per disc``."""
    before = _before(mention, text)
    if _INTO.search(before) or _PER.search(before) or _is_filled(mention, text) or _is_injected(mention, text):
        return True
    if not _TO.search(before) or is_found_in(mention, text) or _is_changed(mention, text):
        return False
    return _given_before(mention, text) or _given_behind_brackets(mention, text)


_INJECTED = re.compile(r"\s(?:injections?|instillations?)\b")


def _is_injected(mention: Mention, text: str) -> bool:
    """True for a site that an injection is named by: ``disc injection``; one of marrow may be an injection of it."""
    return mention.label not in listed("source_sites") and _INJECTED.match(text, mention.span.end) is not None


@functools.cache
def _found_in() -> re.Pattern[str]:
    """What stands before a site in which something is only found."""
    words = alternation(listed("measured", "within"))
    return re.compile(rf"(?<!\w){words}\s(?:in|at|within)\s(?:[\w-]+[\s/]){{0,3}}$", re.IGNORECASE)


def is_found_in(mention: Mention, text: str) -> bool:
    """True for a site in which something is only found: ``persistence in the brain``."""
    return mention.kind == "target" and _found_in().search(_before(mention, text)) is not None


def _is_changed(mention: Mention, text: str) -> bool:
    """True for a site behind what the treatment changed: ``cells were given and improved the motion at the knee``."""
    clause = _sentence_before(mention, text)
    given = [match.end() for match in _giving().finditer(clause)]
    return bool(given) and words_of("measured", "changed").search(clause, given[-1]) is not None


_RECEIVED = re.compile(
    r"\s(?:received|receives|got)\s(?:(?:an?|one|two|three|four|the)\s)?(?:\w{1,12}\s)?(?:injections?|infusions?)\s(?:of|with)\b",
    re.IGNORECASE,
)
"""What stands behind a site that gets something as the subject of its sentence."""


@functools.cache
def _filled() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What stands before and behind a site that is ``injected with`` something."""
    verbs = alternation(listed("delivery", "fill"))
    before = rf"(?<!\w)(?:{verbs})\s(?:(?!with\b|in\b|into\b|to\b)[\w-]+\s){{0,3}}$"
    after = rf"(?:\s[\w-]+){{0,2}}\s(?:was|were|is|are|be|been)\s(?:\w+ly\s)?(?:{verbs})(?:\s\w+ly)?\swith\b"
    return re.compile(before, re.IGNORECASE), re.compile(after, re.IGNORECASE)


_WITH = re.compile(r"(?:\s[\w-]+){0,2}\swith\b")


def _is_filled(mention: Mention, text: str) -> bool:
    """True for a site that something is put into as the object of the verb: ``the tract was injected with``."""
    before, after = _filled()
    if after.match(text, mention.span.end) or _RECEIVED.match(text, mention.span.end):
        return True
    return _WITH.match(text, mention.span.end) is not None and before.search(_before(mention, text)) is not None


def is_given(mention: Mention, text: str) -> bool:
    """True for a route by which something is given: a word of giving stands beside it."""
    after = text[mention.span.end : mention.span.end + REACH].split(". ")[0]
    if is_for_use(mention, text):
        return True
    if mention.rule == IMPLIED or _giving().search(mention.surface) is not None:  # "by IV drip"
        return True
    if _giving().search(after) is not None or _given_before(mention, text):
        return True
    dose = words_of("delivery", "given")  # what is given, which no other kind of thing beside it has to be
    return dose.search(after) is not None or dose.search(_sentence_before(mention, text)) is not None


_FOR, _USE = re.compile(r"\bfor\s$", re.IGNORECASE), re.compile(r"\suse\b", re.IGNORECASE)


def is_for_use(mention: Mention, text: str) -> bool:
    """True for the route in the words of a label: ``For intravenous use only``."""
    return _USE.match(text, mention.span.end) is not None and _FOR.search(_before(mention, text)) is not None


_DONORS = re.compile(r"\s(?:donors|recipients)\b", re.IGNORECASE)


def is_of_donors(mention: Mention, text: str) -> bool:
    """True for a kind of cell that people are only named by: ``stem cell donors``."""
    return mention.kind == "cell_type" and _DONORS.match(text, mention.span.end) is not None


def is_population(mention: Mention, text: str) -> bool:
    """True for a condition that those treated have: ``patients with stroke``, ``stroke patients``."""
    before = _sentence_before(mention, text)[-120:]
    found = _people_before().search(before) or _people_after().match(text, mention.span.end)
    return found is not None and not is_excluded(mention, text)


def is_aim(mention: Mention, text: str) -> bool:
    """True for a condition that something is given for: ``in stroke``, ``for the treatment of stroke``."""
    return _aim_before().search(_sentence_before(mention, text)[-80:]) is not None


@functools.cache
def _purpose_before() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_population('purpose')})\s(?:[\w/-]+\s){{0,2}}$", re.IGNORECASE)


def is_purpose(mention: Mention, text: str) -> bool:
    """True for a condition whose treatment is spoken of: ``for the management of stroke``."""
    return _purpose_before().search(_sentence_before(mention, text)[-80:]) is not None


def is_product(mention: Mention, text: str) -> bool:
    """True for a kind of cell that is said to be given: ``infusion of adipose stem cells``, ``the dose of``."""
    return _given_before(mention, text) or _dose_of().search(_before(mention, text)) is not None


@functools.cache
def _dose_of() -> re.Pattern[str]:
    words = alternation(listed("delivery", "given"))
    return re.compile(rf"(?<!\w)(?:{words})\sof\s(?:[a-z-]+\s){{0,2}}$")


def is_excluded(mention: Mention, text: str) -> bool:
    """True for a condition that those treated must not have, that is watched for, or that arose in them: ``stroke
    prophylaxis``."""
    before = _sentence_before(mention, text)
    after = _STOP.split(text[mention.span.end : mention.span.end + CLAUSE])[0]
    return (
        words_of("population", "without").search(before) is not None
        or words_of("population", "barred").search(after) is not None
        or _arose_after().match(text, mention.span.end) is not None
        or _outcome_before().search(before) is not None
    )


@functools.cache
def _outcome_before() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_population('outcome')})\s(?:[\w/-]+\s){{0,2}}$", re.IGNORECASE)


@functools.cache
def _arose_after() -> re.Pattern[str]:
    aside = r"(?:\s?\([^()\n]{0,60}\)|,[^,;()\n]{0,60},)?"
    return re.compile(rf"{aside}\s(?:{_population('arose')})(?!\w)|\s(?:{_population('event')})(?!\w)", re.IGNORECASE)


def says(name: str, role: str, span: Span, text: str) -> bool:
    """True for a stretch that holds one of the words of a list that have a role."""
    return words_of(name, role).search(text, span.start, span.end) is not None


def is_shared_out(span: Span, text: str) -> bool:
    """True for a stretch that parts a dose: ``half by vein and half into the joint``."""
    found = words_of("shares", "share").finditer(text, span.start, span.end)
    return len(list(itertools.islice(found, 2))) > 1


def refers_back(span: Span, text: str) -> bool:
    """True for a sentence on the disease of the one before: ``In children with the same disease``."""
    return says("same", "condition", span, text)


def follows(span: Span, text: str) -> bool:
    """True for a sentence that goes on with the dose of the one before: ``So a child gets``, ``the infusion``."""
    opening = words_of("follows", "opening").match(text, span.start, span.end)
    return opening is not None or says("follows", "back", span, text)


def is_of_many(span: Span, text: str) -> bool:
    """True for a sentence that speaks of several works at once: ``Trials of intravenous cells``."""
    return says("leads", "many", span, text)


def is_other_agent(mention: Mention, text: str) -> bool:
    """True for a route by which something else than cells is given: ``subcutaneous IL-2``."""
    after = _STOP.split(text[mention.span.end : mention.span.end + REACH])[0]
    before = _STOP.split(_before(mention, text))[-1]
    return any(pattern.search(part) for pattern in (_other_agent(), _MASS) for part in (before, after))


@functools.cache
def _other_agent() -> re.Pattern[str]:
    words = [row.surface for row in rows("cues", "cue") if row.get("cue") == "other_agent"]
    words += listed("other_agents")
    return re.compile(rf"(?<!\w)(?:{alternation(words)})s?(?!\w)", re.IGNORECASE)


def implied_routes(mentions: Sequence[Mention], text: str) -> Iterator[Mention]:
    """The routes that sites imply which something goes into, each at the place of its site."""
    for mention in mentions:
        route = vocab.implied_route(mention.label or "") if mention.kind == "target" else None
        if route is not None and not is_source(mention, text) and goes_into(mention, text):
            if is_material(mention, text) or _is_implanted_in_joint(mention, text):
                continue
            term = vocab.load("route").get(route)
            yield Mention(
                "route", mention.surface, mention.span, IMPLIED, mention.block, route, term.id if term else None
            )


def _is_implanted_in_joint(mention: Mention, text: str) -> bool:
    """True for a joint that something is implanted in: it is opened, and nothing is injected into its space."""
    if not vocab.load("target").is_a(mention.label or "", JOINT):
        return False
    given = [match.group().lower() for match in _giving().finditer(_sentence_before(mention, text))]
    return bool(given) and words_of("delivery", "implant").fullmatch(given[-1]) is not None


def _before(mention: Mention, text: str) -> str:
    return text[max(0, mention.span.start - REACH) : mention.span.start]


def _sentence_before(mention: Mention, text: str) -> str:
    return _clause_before(mention.span.start, text)


@functools.lru_cache(maxsize=16)  # several rules look at what stands before a mention
def _clause_before(at: int, text: str) -> str:
    return _STOP.split(text[max(0, at - CLAUSE) : at])[-1]


def _given_before(mention: Mention, text: str) -> bool:
    return _giving().search(_sentence_before(mention, text)) is not None


@functools.cache
def _passive() -> re.Pattern[str]:
    return re.compile(rf"\)\s(?:was|were|is|are)\s(?:\w{{1,20}}ly\s)?{_giving().pattern}", re.IGNORECASE)


def _given_behind_brackets(mention: Mention, text: str) -> bool:
    """``cells (2 mL in each end of the muscle) were injected``."""
    return _passive().match(text, mention.span.end) is not None


def _next_word(text: str, mention: Mention) -> int:
    end = mention.span.end
    return end + (text[end : end + 1] in (" ", "-"))
