"""What a document is about as a whole: the last place to look for what a figure hangs on."""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from litclaims import vocab
from litclaims.extract.disease.mentions import IN_PASSING
from litclaims.model import Document, Mention, Span
from litclaims.relate import governs
from litclaims.relate.mentions import COORDINATED, Sentences, distinct, joined
from litclaims.vocab.wordlist import alternation, listed, rows, words_of

LEAD = 2_500
"""The first characters of a document, that state its subject where its title does not: as long as an abstract."""

SHARE, SHARE_OF_ROUTES = 0.6, 0.7
"""A condition or cell type that has this share of its kind's mentions is what the document is about. A wrong route
misleads more than a missing one, so that a route needs more."""

SHARE_OF_PEOPLE = 0.3
"""A condition with this share of what people are said to have is one that they are treated for."""

SHARE_OF_NAMES = 0.2
"""A condition named so often beside a wider one may be what the wider name stands for."""

SIGNS = 3
"""So many different words of clinical texts show one in which animals are only mentioned."""

NAMED_IN_TITLE = ("condition", "cell_type", "target", "route", "species")

_CELLS = re.compile(r"\bcells?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Subject:
    """Mentions that stand for a document.

    Attributes:
        by_kind: by kind of thing.
        of_people: the conditions are those that its people are said to have, all of them.
        one_route: no second route is named.
        animals: the species that a condition or cell type (by kind and label) is named with, where all are animals.
        given: the kinds of cell that are said to be given or stand in a sentence with a dose.
        is_parted: some people have one of the conditions and others another, and each are given doses of their own.
        treated: kinds of cell that are said to be given, and more precise names of a condition, each once.
    """

    by_kind: dict[str, tuple[Mention, ...]]
    of_people: bool = False
    treated: tuple[Mention, ...] = ()
    one_route: bool = False
    animals: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    given: frozenset[str] = frozenset()
    is_parted: bool = False

    def get(self, kind: str) -> tuple[Mention, ...]:
        """The mentions of a kind, empty if the document has no one subject of it."""
        return self.by_kind.get(kind, ())

    def narrower(self, kind: str, label: str) -> Mention | None:
        """The one more precise thing that is meant by a label: what the document is about, else what is treated."""
        lexicon = vocab.load(kind)
        for pool in (self.get(kind), self.treated):
            of_kind = [each for each in pool if each.kind == kind and each.label != label]
            found = [each for each in of_kind if lexicon.is_a(each.label or "", label)]
            if len(found) == 1:
                return found[0]
        return None


def subject(document: Document, text: str, mentions: Sequence[Mention], sentences: Sentences) -> Subject:
    """The subject of a document from its title, else from its lead and what it names most."""
    by_kind: dict[str, tuple[Mention, ...]] = {}
    stated: list[Mention] = []
    mentions = [mention for mention in mentions if mention.rule != IN_PASSING]
    titles = {index for index, block in enumerate(document.blocks) if block.kind == "title"}
    titles = titles | _subtitles(document, text, titles) or _labelled_titles(document, text)
    for kind in NAMED_IN_TITLE:
        named = [mention for mention in mentions if mention.kind == kind and mention.block in titles]
        if kind == "target":
            named = _sites(named)
        if kind == "target" and len({mention.label for mention in named}) > 1:
            continue  # a title over several sites does not say which of them a figure is for
        if kind == "condition" and not named:
            named = stated = _stated(document, text, mentions, sentences)
        found = named or _main(document, text, mentions, kind, sentences)
        if kind == "species" and not found:
            found = _people_implied(document, text, mentions)
        if found:
            by_kind[kind] = tuple(_precise(distinct(found), mentions))
    titled = bool(stated) or any(mention.block in titles for mention in by_kind.get("condition", ()))
    people = _people(text, mentions, titled="condition" in by_kind)
    if not titled and _is_of_one_dose([each for group in people for each in group], text, sentences):
        people = []
        by_kind.pop("condition", None)
    about = _with_people(by_kind.get("condition", ()), people, mentions)
    if about:
        by_kind["condition"] = about
    have = {each.label for group in people for each in group}
    of_people = bool(have) and have <= {each.label for each in about}
    one_route = len({mention.label for mention in mentions if mention.kind == "route"}) == 1
    animals = _animals(mentions, sentences)
    treated = _treated(text, mentions, sentences)
    given = {each.label for each in treated if each.kind == "cell_type"} | _dosed(mentions, sentences)
    known = frozenset(given) - {None}
    is_parted = len(about) > 1 and _is_parted(about, text, mentions, sentences)
    return Subject(by_kind, of_people, tuple(distinct(treated)), one_route, animals, known, is_parted)


def _is_parted(about: Sequence[Mention], text: str, mentions: Sequence[Mention], sentences: Sentences) -> bool:
    """True if two of some conditions are each named alone in a sentence with a dose for those who have it."""
    labels = {each.label for each in about}
    named: dict[tuple[int, int], set[str | None]] = defaultdict(set)
    for mention in mentions:
        place = sentences.at(mention.span.start) if mention.kind == "condition" else None
        if place in sentences.dosed and mention.label in labels and governs.is_population(mention, text):
            named[place].add(mention.label)
    return len({next(iter(each)) for each in named.values() if len(each) == 1}) > 1


_SENTENCE_END = re.compile(r"[.!?;:]\s|[.!?:]\s?\Z|\n")


def _subtitles(document: Document, text: str, titles: set[int]) -> set[int]:
    """The line right below each title if it is none of a text: it has no stop."""
    below = {index + 1 for index in titles if index + 1 < len(document.blocks)}
    found = set()
    for index in below:
        span = document.blocks[index].span
        line = text[span.start : span.end].strip()
        if document.blocks[index].kind == "paragraph" and len(line) < LONGEST and not _SENTENCE_END.search(line):
            found.add(index)
    return found


def _labelled_titles(document: Document, text: str) -> set[int]:
    """The line that a label says is the title: ``Official title: Cells in Stroke``."""
    label = _label_of_title()
    lines = (
        index for index, block in enumerate(document.blocks) if label.match(text, block.span.start, block.span.end)
    )
    return set(itertools.islice(lines, 1))


@functools.cache
def _label_of_title() -> re.Pattern[str]:
    return re.compile(rf"(?:{alternation(listed('fields', 'title'))})\s{{0,2}}:\s{{0,3}}\S", re.IGNORECASE)


LONGEST = 250
"""Characters of the longest line below a title that goes on with it."""

MANY_STATED = 4
"""A field or a statement that names more conditions than these does not say which one a figure is for."""

MAX_FIELD = 30
"""Words of the longest line that is the value of a field."""


def _stated(document: Document, text: str, mentions: Sequence[Mention], sentences: Sentences) -> list[Mention]:
    """The conditions that a document says it is for: in a record's field, as an indication, or as its topic."""
    found = _of_field(document, text, mentions) or _indicated(text, mentions, sentences)
    if len(distinct(found)) > MANY_STATED:
        found = []
    return found or _topic(document, text, mentions)


@functools.cache
def _field() -> re.Pattern[str]:
    words = alternation(listed("fields", "condition"))
    return re.compile(rf"(?:{words})(?:\(s\))?\s{{0,3}}(?P<end>[:|]\s{{0,3}}|(?=\Z)|(?<=\s))", re.IGNORECASE)


def _of_field(document: Document, text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The conditions in the one field of a record that is for them, behind its label or in the lines below it."""
    by_block: dict[int, list[Mention]] = defaultdict(list)
    for mention in mentions:
        if mention.kind == "condition":
            by_block[mention.block].append(mention)
    fields = []
    for index, block in enumerate(document.blocks if by_block else ()):
        line = text[block.span.start : block.span.end].strip()
        if block.kind != "cell" and (match := _field().match(line[: 2 * LONGEST])):
            at = block.span.start + match.end()
            if match.end() == len(line):
                fields.append(_below(index, document, text, by_block))
            elif len(line.split()) <= MAX_FIELD and (match["end"] or text[at].isupper()):
                beside = [each for each in by_block[index] if each.span.start >= at]
                fields.append(beside if match["end"] or (beside and beside[0].span.start == at) else [])
    fields = [each for each in fields if each]
    named = {frozenset(each.label for each in field) for field in fields}
    return fields[0] if len(named) == 1 else []


def _below(index: int, document: Document, text: str, by_block: dict[int, list[Mention]]) -> list[Mention]:
    """The conditions in the lines right below one, as long as each names some."""
    found: list[Mention] = []
    for at in range(index + 1, min(len(document.blocks), index + 2 + MANY_STATED)):
        span = document.blocks[at].span
        if not by_block.get(at) or len(text[span.start : span.end].split()) > MAX_FIELD:
            break
        found += by_block[at]
    return found


def _indicated(text: str, mentions: Sequence[Mention], sentences: Sentences) -> list[Mention]:
    """The conditions of the one sentence that says what a product is indicated for."""
    conditions = [each for each in mentions if each.kind == "condition"]
    found: dict[tuple[int, int], list[Mention]] = defaultdict(list)
    for each in conditions if words_of("fields", "indicated").search(text) else ():
        place = sentences.at(each.span.start)
        span = sentences.span(place)
        if words_of("fields", "indicated").search(text, span.start, each.span.start) is None:
            continue
        if not governs.is_excluded(each, text):
            found[place].append(each)
    named = {frozenset(each.label for each in group) for group in found.values()}
    return next(iter(found.values())) if len(named) == 1 else []


_IS_TOPIC = re.compile(r"(?:\s\([^()\n]{1,20}\))?\s(?:is|are|affects|affect|remains|causes|cause)\s")


def _topic(document: Document, text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The condition of which the first sentence below the title says what it is: ``Gout is a common disease``."""
    first = next((at for at, block in enumerate(document.blocks) if block.kind == "paragraph"), None)
    if first is None:
        return []
    start = document.blocks[first].span.start
    named = [each for each in mentions if each.kind == "condition" and each.block == first and each.span.start == start]
    return [each for each in named if _IS_TOPIC.match(text, each.span.end)]


def _sites(named: Sequence[Mention]) -> list[Mention]:
    """The sites without those that say only what is reached in another: the cartilage of ``cartilage of the knee``."""
    return [each for each in named if each.label not in governs.general_sites()] or list(named)


def _people_implied(document: Document, text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """People as the species of a text that speaks of a trial, a clinic or consent: in one word if it names no species,
    in several if it names some."""
    found: dict[str, re.Match[str]] = {}
    for match in words_of("clinical", "human").finditer(text):
        found.setdefault(match.group().lower(), match)
    if len(found) < (SIGNS if any(mention.kind == "species" for mention in mentions) else 1):
        return []
    first = next(iter(found.values()))
    span = Span(*first.span())
    block = next((index for index, each in enumerate(document.blocks) if each.span.overlaps(span)), 0)
    term = vocab.load("species").get("human")
    return [Mention("species", first.group(), span, "clinical text", block, "human", term.id if term else None)]


def _animals(mentions: Sequence[Mention], sentences: Sentences) -> dict[tuple[str, str], frozenset[str]]:
    """The species that stand in the sentences of each condition and cell type, those left out that people have too."""
    species: dict[tuple[int, int], set[str]] = defaultdict(set)
    for mention in mentions:
        if mention.kind == "species" and mention.label:
            species[sentences.at(mention.span.start)].add(mention.label)
    parts = {part for part, _ in species}  # in all others there is nobody to be named with
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for mention in mentions:
        told = mention.kind in ("condition", "cell_type") and mention.label
        if told and sentences.part_at(mention.span.start) in parts:
            found[mention.kind, mention.label] |= species.get(sentences.at(mention.span.start), set())
    return {key: frozenset(named) for key, named in found.items() if named and "human" not in named}


def _dosed(mentions: Sequence[Mention], sentences: Sentences) -> set[str | None]:
    """The kinds of cell in the sentences that hold a dose."""
    of_kind = [each for each in mentions if each.kind == "cell_type"]
    return {each.label for each in of_kind if sentences.at(each.span.start) in sentences.dosed}


def _treated(text: str, mentions: Sequence[Mention], sentences: Sentences) -> list[Mention]:
    """The kinds of cell that are said to be given, and the more precise names of what people are said to have, other
    works' left out."""
    counts = Counter((mention.kind, mention.label) for mention in mentions)
    return [
        mention
        for mention in mentions
        if (mention.kind == "cell_type" and governs.is_product(mention, text))
        or (
            mention.kind == "condition"
            and _is_treated(mention, text, counts)
            and sentences.at(mention.span.start) not in sentences.cited
        )
    ]


def _is_treated(mention: Mention, text: str, counts: Counter[tuple[str, str | None]]) -> bool:
    """True for a condition that people have by another name, or that the lead, naming it in full, says is treated."""
    if governs.is_population(mention, text):
        return _is_another_name(mention, counts)
    return mention.span.start < LEAD and bool(_wider(mention)) and governs.is_purpose(mention, text)


def _is_another_name(mention: Mention, counts: Counter[tuple[str, str | None]]) -> bool:
    """True for a condition named so often beside the wider one whose name it holds that it may be what is meant by it:
    ``haemophilia A`` beside ``haemophilia``."""
    named = counts[mention.kind, mention.label]
    return any(named >= SHARE_OF_NAMES * counts[mention.kind, name] > 0 for name in _wider(mention))


def _wider(mention: Mention) -> list[str]:
    """The wider things whose names the name of a mention holds: ``osteoarthritis`` of ``hip osteoarthritis``."""
    label = mention.label or ""
    return [name for name in vocab.load(mention.kind).ancestors(label) if name in label]


def _people(text: str, mentions: Sequence[Mention], *, titled: bool) -> list[list[Mention]]:
    """The conditions that the people of a document have: those ascribed to them most, each with what it goes together
    with.

    None if they are ascribed many, or if others are named far more often. Where no title names a condition, they must
    be most of all that is named.
    """
    conditions = [mention for mention in mentions if mention.kind == "condition"]
    places = [index for index, mention in enumerate(conditions) if governs.is_population(mention, text)]
    counts = Counter(conditions[index].label for index in places)
    groups: list[list[Mention]] = []
    for label in [label for label, count in counts.items() if count >= SHARE_OF_PEOPLE * counts.total()]:
        first = next(index for index in places if conditions[index].label == label)
        groups.append(joined(conditions, first, text, by=COORDINATED))
    named = Counter(mention.label for mention in conditions if not governs.is_excluded(mention, text))
    share = _with_kinds({mention.label for group in groups for mention in group}, named)
    return groups if share >= (SHARE_OF_PEOPLE if titled else SHARE) * named.total() else []


def _with_kinds(labels: set[str | None], named: Counter[str | None]) -> int:
    """How often some conditions or kinds of them are named."""
    lexicon = vocab.load("condition")
    return sum(
        count
        for name, count in named.items()
        if name in labels or any(lexicon.is_a(name or "", label or "") for label in labels)
    )


def _is_of_one_dose(people: Sequence[Mention], text: str, sentences: Sentences) -> bool:
    """True if what people have is said but once, behind a dose, to tell for whom another dose is: ``For patients with
    stroke we add``."""
    places = {sentences.at(each.span.start) for each in people}
    if len(places) != 1 or not sentences.dosed or min(sentences.dosed) >= min(places):
        return False
    span = sentences.span(min(places))
    return _subset().match(text, span.start, span.end) is not None


@functools.cache
def _subset() -> re.Pattern[str]:
    words = alternation(listed("subsets"))
    return re.compile(rf"\W{{0,4}}(?:{words})\s", re.IGNORECASE)


def _with_people(
    titled: Sequence[Mention], people: Sequence[Sequence[Mention]], mentions: Sequence[Mention]
) -> tuple[Mention, ...]:
    """The conditions of a title with those of its people that go together with them, or that are named more often.

    Of a more precise name it is told elsewhere whether it is what the title means.
    """
    if not titled:
        return tuple(distinct([mention for group in people for mention in group]))
    lexicon = vocab.load("condition")
    labels = [mention.label or "" for mention in titled]
    counts = Counter(mention.label for mention in mentions if mention.kind == "condition")
    most = max(counts[label] for label in labels)
    found = list(titled)
    for group in people:
        meant = any(lexicon.is_a(each.label or "", label) for each in group for label in labels)
        if meant or max(counts[each.label] for each in group) > most:
            found += [each for each in group if not any(lexicon.is_a(each.label or "", label) for label in labels)]
    return tuple(distinct(found))


def _precise(found: Sequence[Mention], mentions: Sequence[Mention]) -> list[Mention]:
    """Kinds of cell as precise as the text: pericytes of a title are the adventitial pericytes that it speaks of."""
    return [_most_precise(mention, mentions) if mention.kind == "cell_type" else mention for mention in found]


def _most_precise(general: Mention, mentions: Sequence[Mention]) -> Mention:
    lexicon = vocab.load(general.kind)
    of_kind = [mention for mention in mentions if mention.kind == general.kind and mention.label is not None]
    counts = Counter(mention.label for mention in of_kind)
    kinds = [label for label in counts if label != general.label and lexicon.is_a(label, general.label or "")]
    best = max(kinds, key=lambda label: counts[label], default=None)
    if best is None or counts[best] <= counts[general.label]:
        return general
    return next(mention for mention in of_kind if mention.label == best)


def _main(document: Document, text: str, mentions: Sequence[Mention], kind: str, sentences: Sentences) -> list[Mention]:
    """The mentions of a kind that a document without one in its title is about; none if it has several subjects."""
    if kind == "target":
        return []
    if kind == "route":
        return _main_route(document, text, mentions, sentences)
    of_kind = [mention for mention in mentions if mention.kind == kind and not governs.is_measured(mention, text)]
    if kind == "cell_type":
        of_kind = _given_cells(of_kind, text)
    if kind == "condition":
        treated = [mention for mention in of_kind if not governs.is_excluded(mention, text)]
        of_kind = treated if len(treated) > len(of_kind) / 2 else []
    if not of_kind:
        return []
    counts = Counter(mention.label for mention in of_kind)
    label, count = counts.most_common(1)[0]
    if kind == "cell_type" and count < SHARE * counts.total():  # what is not counted in cells is of its own
        counts = Counter({name: named for name, named in counts.items() if name not in governs.not_cells()})
        label, count = max(counts.items(), key=lambda each: each[1], default=(None, 0))
    if not count or count < SHARE * counts.total():
        return []
    first = next(mention for mention in of_kind if mention.label == label)
    named = [mention for mention in of_kind if mention.label == label]
    if (count == 1 or kind == "condition") and all(_is_of_a_dose(each, document, text, sentences) for each in named):
        return []
    alone = len(counts) == 1 and count > 1
    return [first] if kind == "species" or first.span.start < LEAD or alone else []


def _is_of_a_dose(mention: Mention, document: Document, text: str, sentences: Sentences) -> bool:
    """True for what is only told of the dose in its sentence, or as the label of its paragraph: ``Gout: cells``."""
    block = document.blocks[mention.block]
    if mention.kind == "condition" and block.kind in ("paragraph", "list_item"):
        label = _OPENING_LABEL.match(text, block.span.start, block.span.end)
        if label is not None and mention.span.end <= label.end("label"):
            return True
    return sentences.at(mention.span.start) in sentences.dosed and _is_of_a_part(mention, document, text)


_OPENING_LABEL = re.compile(r"(?P<label>[^:.\n]{1,60}):\W{0,4}[^\W\d]")
"""The label that a paragraph begins with, and the beginning of what it labels."""


def _is_of_a_part(mention: Mention, document: Document, text: str) -> bool:
    """True for a condition or kind of cell that is only named further down, of none who has it: that of one dose; and
    for an animal, wherever it stands."""
    if mention.kind == "species":
        return mention.label != "human"
    if governs.is_population(mention, text):
        return False
    return any(block.kind not in ("title", "heading") for block in document.blocks[: mention.block])


def _given_cells(mentions: Sequence[Mention], text: str) -> list[Mention]:
    """Kinds of cell without those that a product is only counted in; one told by its marker counts if it is given."""
    roles = {row.surface: row.get("role") for row in rows("counting_cells", "role")}
    markers = {each.label for each in mentions if roles.get(each.label) == "marker"}
    given = {each.label for each in mentions if each.label in markers and governs.is_product(each, text)}
    return [each for each in mentions if each.label in given or each.label not in roles]


_LABEL = re.compile(r"(?<![^\n])(?P<label>[^:\n]{1,80}):[^:\n]{0,60}$")
"""A line up to a place, with a label in it: ``Route of administration: intravenous``."""


def _is_of_giving(mention: Mention, document: Document, text: str) -> bool:
    """True for what stands in a section or behind a label that says how something is given."""
    block = document.blocks[mention.block]
    label = _LABEL.search(text, block.span.start, mention.span.start)
    if label is not None:
        return governs.says("delivery", "way", Span(*label.span("label")), text)
    return any(governs.says("delivery", "way", document.blocks[index].span, text) for index in block.heading_path[-1:])


def _main_route(document: Document, text: str, mentions: Sequence[Mention], sentences: Sentences) -> list[Mention]:
    """The one route by which a document gives its cells: that of the sentences that say so and hold no dose of their
    own, which would be given by it; of all sentences where no such one names a route."""
    # a heading speaks for what stands under it
    blocks = document.blocks
    heads = {index for block in blocks for index in block.heading_path if blocks[index].kind != "title"}
    celled_blocks = {mention.block for mention in mentions if mention.kind == "cell_type"}
    routes = [
        mention
        for mention in mentions
        if mention.kind == "route"
        and not governs.is_contrasted(mention, text)
        and not governs.is_other_agent(mention, text)
    ]
    if not routes:
        return []
    parts = {sentences.part_at(mention.span.start) for mention in routes}
    places = [mention.span.start for mention in mentions if mention.kind == "cell_type"]
    places += [match.start() for match in _CELLS.finditer(text)]
    celled = {sentences.at(place) for place in places if sentences.part_at(place) in parts}
    alone = len({each.label for each in routes}) == 1
    given = [
        mention
        for mention in routes
        if mention.block not in heads
        and (
            sentences.at(mention.span.start) in celled
            or (alone and (mention.block in celled_blocks or _is_of_giving(mention, document, text)))
            or governs.is_for_use(mention, text)
        )
        and governs.is_given(mention, text)
    ]
    voting = [each for each in given if sentences.at(each.span.start) not in sentences.dosed]
    if not voting and alone:
        own = [each for each in given if sentences.at(each.span.start) not in sentences.cited]
        voting = own or (given if len(given) > 1 else [])  # one work that is cited does not speak for a document
    if not voting:
        return []
    label, count = Counter(mention.label for mention in voting).most_common(1)[0]
    of_all = sum(mention.label == label for mention in routes)
    if count < SHARE_OF_ROUTES * len(voting) or of_all < len(routes) / 2:
        return []
    return [next(mention for mention in voting if mention.label == label)]
