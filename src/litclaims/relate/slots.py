"""The slots of a figure, each filled from the nearest context that names one."""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from litclaims import vocab
from litclaims.extract.quantity import Finding
from litclaims.model import Document, Mention, Slot, Span
from litclaims.relate.scope import Scope, start_of, within
from litclaims.relate.subject import Subject, distinct
from litclaims.vocab.wordlist import alternation, rows

NOT_OF_TREATMENT = ("age", "threshold", "proportion", "count")
"""Figures of people or things, not of a treatment: they have a condition and a species, no route, site or product."""

GENERAL_SITES = ("joint",)
"""Sites that only repeat what the route says."""

REACH_BACK = 3
"""Blocks before a figure's own, in the same section, that still tell what it hangs on."""

_JOINED = re.compile(
    r"\s*(?:,|/|\+|&|and/or|and|or|\(|\)|,\s*(?:and|or))\s*(?:the\s|an?\s|in\s|by\s|via\s)?\s*", re.IGNORECASE
)
_INTO_STRICT = re.compile(r"\b(?:into|inside|within)\s(?:[\w-]+\s){0,5}$", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s(?:[\w-]+[\s/]){0,4}$|\bfrom\s(?:[\w-]+\s){0,3}[\w-]+(?:/|\s(?:and|or)\s)$", re.IGNORECASE)
_DERIVED = re.compile(r"[\s-](?:derived|sourced|origin)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Surroundings:
    """All that slot filling looks at for the figures of one part.

    Attributes:
        text: the document's view.
        offset: where the part begins.
        block: the part's block.
        mentions: of the document, in order.
        by_block: the mentions of each block and kind, in order.
        subject: of the document.
        main_sites: what :func:`_main_site` found for each set of routes, kept for the whole document.
    """

    document: Document
    text: str
    offset: int
    block: int
    mentions: Sequence[Mention]
    by_block: dict[tuple[int, str], list[Mention]]
    subject: Subject
    main_sites: dict[tuple[str, ...], Slot | None]


@functools.cache
def _contrast() -> re.Pattern[str]:
    return re.compile(
        rf"(?<!\w)(?:{alternation([row.surface for row in rows('contrast', 'role')])})\s(?:\w+\s){{0,2}}$",
        re.IGNORECASE,
    )


@functools.cache
def _systemic() -> frozenset[str]:
    return frozenset(row.surface for row in rows("systemic", "role"))


@functools.cache
def _site_of_route() -> dict[str, str]:
    return {row.surface: row.get("target") for row in rows("route_target", "target")}


def fill(finding: Finding, scope: Scope, around: Surroundings) -> tuple[Slot, ...]:
    """Route, target, cell type, condition and species of a figure, those that are said."""
    treated = finding.measure not in NOT_OF_TREATMENT
    route = fill_route(finding, scope, around) if treated else None
    slots = [
        route,
        fill_target(finding, scope, around, route) if treated else None,
        fill_cell_type(finding, scope, around) if treated else None,
        fill_kind("condition", finding, scope, around, steps=("clause", "sentence", "heading", "document")),
        fill_species(finding, scope, around),
    ]
    return tuple(slot for slot in slots if slot is not None)


def fill_route(finding: Finding, scope: Scope, around: Surroundings) -> Slot | None:
    """The route: named in the clause, implied by ``injected into the knee``, or inherited."""
    for step, mentions in _steps("route", scope, around, ("clause", "sentence")):
        if step == "sentence" and _goes_into(scope, around):
            break
        return _slot("route", _group(mentions, finding, around), step)
    site = _goes_into(scope, around)
    if site is not None:
        implied = vocab.implied_route(site.label or "")
        # a site that implies no one route (the spine) must not take that of a heading over several sites
        if implied is not None:
            term = vocab.load("route").get(implied)
            return Slot("route", (implied,), (term.id if term else None,), "clause", (site.span,))
    for step, mentions in _steps("route", scope, around, ("heading", "before", "document")):
        if site is not None and (step != "heading" or _heads_several(mentions, around)):
            return None
        return _slot("route", mentions, step)
    return None


def _goes_into(scope: Scope, around: Surroundings) -> Mention | None:
    """The site in the clause that something goes into, None if there is none."""
    for mention in within(_of_kind(around, "target"), scope.clause, offset=around.offset):
        before = around.text[max(0, mention.span.start - 40) : mention.span.start]
        if _INTO_STRICT.search(before):
            return mention
    return None


def _heads_several(mentions: Sequence[Mention], around: Surroundings) -> bool:
    """True if the heading that gives a route names several sites: which of them the figure is for is not sure."""
    block = mentions[0].block
    return len({mention.label for mention in around.by_block.get((block, "target"), [])}) > 1


def fill_target(finding: Finding, scope: Scope, around: Surroundings, route: Slot | None) -> Slot | None:
    """The site: named near, else what the route implies; a systemic route has none but one that is said beside it."""
    routes = route.values if route else ()
    for step, mentions in _steps("target", scope, around, ("clause", "sentence")):
        mentions = _reached_by(routes, mentions)
        if not mentions:
            continue
        specific = [mention for mention in mentions if mention.label not in GENERAL_SITES]
        chosen = _group(_outside_brackets(specific or mentions, around), finding, around)
        if not (set(routes) & _systemic()) or any(_is_aim(mention, around) for mention in chosen):
            return _slot("target", chosen, step)
    if set(routes) & _systemic():
        return None
    for step, mentions in _steps("target", scope, around, ("heading",)):
        return _slot("target", mentions, step)
    implied = next((_site_of_route()[name] for name in routes if name in _site_of_route()), None)
    if implied is not None:
        term = vocab.load("target").get(implied)
        return Slot("target", (implied,), (term.id if term else None,), route.step, route.mentions)
    for step, mentions in _steps("target", scope, around, ("before", "document")):
        if reached := [each for each in _reached_by(routes, mentions) if each.label not in GENERAL_SITES]:
            return _slot("target", reached, step)
    return _main_site(routes, around)


def _reached_by(routes: Sequence[str], mentions: list[Mention]) -> list[Mention]:
    """The sites that a route can reach, where it tells: an intra-articular dose goes into a joint, not a ligament."""
    telling = [route for route in routes if route in _routes_of_sites()]
    if not telling:
        return mentions
    return [mention for mention in mentions if vocab.implied_route(mention.label or "") in telling]


@functools.cache
def _routes_of_sites() -> frozenset[str]:
    """The routes that reach only sites of one kind."""
    return frozenset(row.surface for row in rows("route_reach", "role"))


def _main_site(routes: Sequence[str], around: Surroundings) -> Slot | None:
    """The site that a document names most among those its route reaches, if it names it more than all others."""
    if not set(routes) & _routes_of_sites():
        return None
    key = tuple(routes)
    if key not in around.main_sites:
        around.main_sites[key] = _most_named(routes, around)
    return around.main_sites[key]


def _most_named(routes: Sequence[str], around: Surroundings) -> Slot | None:
    reached = _reached_by(routes, [mention for mention in around.mentions if mention.kind == "target"])
    counts = Counter(mention.label for mention in reached if mention.label not in GENERAL_SITES)
    if not counts:
        return None
    label, count = counts.most_common(1)[0]
    if count <= counts.total() / 2:
        return None
    return _slot("target", [mention for mention in reached if mention.label == label][:1], "document")


def _is_aim(mention: Mention, around: Surroundings) -> bool:
    before = around.text[max(0, mention.span.start - 40) : mention.span.start]
    return _INTO_STRICT.search(before) is not None


def _outside_brackets(mentions: Sequence[Mention], around: Surroundings) -> Sequence[Mention]:
    """The mentions outside round brackets if there are any: those within only explain them."""
    outside = []
    for mention in mentions:
        start = around.text.rfind("\n", 0, mention.span.start) + 1
        before = around.text[max(start, mention.span.start - 200) : mention.span.start]
        if before.count("(") <= before.count(")"):
            outside.append(mention)
    return outside or mentions


def fill_cell_type(finding: Finding, scope: Scope, around: Surroundings) -> Slot | None:
    """The cell type: in the figure's own noun phrase first."""
    if finding.is_cells:
        phrase = Span(finding.end + around.offset, max(finding.unit_end, finding.end) + 1 + around.offset)
        of_kind = _of_kind(around, "cell_type")
        own = of_kind[bisect_left(of_kind, phrase.start, key=start_of) : bisect_left(of_kind, phrase.end, key=start_of)]
        if own:
            return _refined(_slot("cell_type", distinct(own)[-1:], "clause"), around)
    slot = fill_kind("cell_type", finding, scope, around, steps=("clause", "sentence", "heading", "before", "document"))
    return _refined(_of_cells(finding, _single(slot)), around)


def _refined(slot: Slot | None, around: Surroundings) -> Slot | None:
    """The slot with the kind of cell that the document is about, if that is one of the kind named: its T cells are
    the gene-modified T cells of its title."""
    if slot is None:
        return None
    lexicon = vocab.load(slot.name)
    for mention in around.subject.get(slot.name):
        if mention.label != slot.values[0] and lexicon.is_a(mention.label or "", slot.values[0]):
            return Slot(slot.name, (mention.label,), (mention.id,), "document", (*slot.mentions, mention.span))
    return slot


def _single(slot: Slot | None) -> Slot | None:
    """The slot with its first value alone."""
    return slot and Slot(slot.name, slot.values[:1], slot.ids[:1], slot.step, slot.mentions[:1])


def fill_species(finding: Finding, scope: Scope, around: Surroundings) -> Slot | None:
    """The species: an animal of the sentence, headings or title before people, whom every text mentions."""
    slot = fill_kind("species", finding, scope, around, steps=("clause", "sentence", "heading", "before", "document"))
    return _single(slot)


def fill_kind(
    kind: str, finding: Finding, scope: Scope, around: Surroundings, *, steps: tuple[str, ...]
) -> Slot | None:
    """A slot from the first of the steps that names its kind."""
    for step, mentions in _steps(kind, scope, around, steps):
        near = step in ("clause", "sentence", "before")
        return _slot(kind, _group(mentions, finding, around) if near else mentions, step)
    return None


def _steps(
    kind: str, scope: Scope, around: Surroundings, steps: tuple[str, ...]
) -> Iterator[tuple[str, list[Mention]]]:
    """The contexts that name a kind, nearest first."""
    for step in steps:
        for mentions in _context(kind, step, scope, around):
            stated = [
                mention
                for mention in mentions
                if not _is_contrasted(mention, around) and not _is_source(mention, around)
            ]
            if stated:
                yield step, stated


def _context(kind: str, step: str, scope: Scope, around: Surroundings) -> Iterator[list[Mention]]:
    of_kind = _of_kind(around, kind)
    if step == "clause":
        yield within(of_kind, scope.clause, offset=around.offset)
    elif step == "sentence":
        yield within(of_kind, scope.lead, offset=around.offset)
        yield within(of_kind, scope.tail, offset=around.offset)
    elif step == "heading":
        for index in reversed(around.document.blocks[around.block].heading_path):
            yield around.by_block.get((index, kind), [])
    elif step == "before":
        earlier = bisect_left(of_kind, scope.sentence.start + around.offset, key=start_of)
        yield of_kind[max(0, earlier - 1) : earlier]
        for index in _blocks_before(around):
            yield around.by_block.get((index, kind), [])
    else:
        yield list(around.subject.get(kind))


def _of_cells(finding: Finding, slot: Slot | None) -> Slot | None:
    """No slot for a number of cells whose product, named elsewhere, is not counted in cells (platelets, vesicles)."""
    if slot is None or not finding.is_cells or slot.step == "clause":
        return slot
    other = {row.surface for row in rows("not_cells", "role")}
    return None if finding.dimension == "cell" and slot.values[0] in other else slot


def _blocks_before(around: Surroundings) -> list[int]:
    """The blocks shortly before a block's own, nearest first, that stand under the same heading."""
    blocks = around.document.blocks
    path = blocks[around.block].heading_path[:1]
    found = []
    for index in range(around.block - 1, max(-1, around.block - 1 - REACH_BACK), -1):
        if blocks[index].kind in ("heading", "title") or blocks[index].heading_path[:1] != path:
            break
        found.append(index)
    return found


def _of_kind(around: Surroundings, kind: str) -> list[Mention]:
    return around.by_block.get((around.block, kind), [])


def _is_contrasted(mention: Mention, around: Surroundings) -> bool:
    before = around.text[max(0, mention.span.start - 40) : mention.span.start]
    return _contrast().search(before) is not None


def _is_source(mention: Mention, around: Surroundings) -> bool:
    """True for a site that the cells come from: ``derived from umbilical cord``, ``marrow-derived``."""
    if mention.kind != "target":
        return False
    start, end = mention.span.start, mention.span.end
    return (
        _FROM.search(around.text, max(0, start - 50), start) is not None or _DERIVED.match(around.text, end) is not None
    )


def _group(mentions: Sequence[Mention], finding: Finding, around: Surroundings) -> list[Mention]:
    """The mention nearest to a figure and those joined to it by ``and``, ``or``, a comma or a bracket."""
    if len(mentions) < 2:
        return list(mentions)
    ordered = sorted(mentions, key=lambda mention: mention.span)
    start, end = finding.start + around.offset, finding.unit_end + around.offset
    nearest = min(range(len(ordered)), key=lambda index: _distance(ordered[index].span, start, end))
    first = last = nearest
    while first > 0 and _is_joined(ordered[first - 1], ordered[first], around):
        first -= 1
    while last + 1 < len(ordered) and _is_joined(ordered[last], ordered[last + 1], around):
        last += 1
    return ordered[first : last + 1]


def _distance(span: Span, start: int, end: int) -> int:
    return max(span.start - end, start - span.end, 0)


def _is_joined(left: Mention, right: Mention, around: Surroundings) -> bool:
    gap = around.text[left.span.end : right.span.start]
    return not gap.strip() or _JOINED.fullmatch(gap) is not None


def _slot(name: str, mentions: Sequence[Mention], step: str) -> Slot | None:
    chosen = [mention for mention in distinct(mentions) if mention.label is not None]
    if not chosen:
        return None
    return Slot(name, tuple(m.label for m in chosen), tuple(m.id for m in chosen), step, tuple(m.span for m in chosen))
