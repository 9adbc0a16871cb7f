"""The slots of a figure, each filled from the nearest context that names one."""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from litclaims import vocab
from litclaims.extract.disease.mentions import IN_PASSING
from litclaims.extract.quantity import Finding
from litclaims.model import Mention, Slot, Span
from litclaims.relate import governs
from litclaims.relate.columns import cell_of
from litclaims.relate.mentions import distinct
from litclaims.relate.scope import Scope, start_of, within
from litclaims.relate.surroundings import (
    NEAR,
    RUN_IN,
    Surroundings,
    nearest_first,
    paired,
    sites_in,
    slot_of,
    source_sites,
    steps,
)
from litclaims.relate.table_rows import Row
from litclaims.vocab.wordlist import listed, rows, words_of

NOT_OF_TREATMENT = ("age", "threshold", "proportion", "count")
"""Figures of people or things, not of a treatment: they have a condition and a species, no route, site or product."""


NAMED_BEFORE = 30
"""Characters before a figure's clause in which the treatment stands that it is the dose of."""


@functools.cache
def _systemic() -> frozenset[str]:
    return frozenset(listed("systemic"))


@functools.cache
def _site_of_route() -> dict[str, str]:
    return {row.surface: row.get("target") for row in rows("route_target", "target")}


@functools.cache
def _routes_of_sites() -> dict[str, frozenset[str]]:
    """The routes that reach only sites of one kind, each with the sites that it reaches beside those that imply it:
    ``i.m.`` is into the heart where the heart is treated."""
    reach = rows("route_reach", "role", "also")
    return {row.surface: frozenset(row.get("also").split("|")) for row in reach if row.get("role") == "reach"}


@functools.cache
def _anywhere() -> frozenset[str]:
    """Routes that say what is reached in a site, not which site: a lesion may lie in a tendon."""
    return frozenset(row.surface for row in rows("route_reach", "role", "also") if row.get("role") == "anywhere")


@functools.cache
def _counting(*roles: str) -> frozenset[str]:
    """Kinds of cell in which a product is counted: ``count`` never says which product it is, a ``marker`` may."""
    return frozenset(row.surface for row in rows("counting_cells", "role") if row.get("role") in roles)


def fill(finding: Finding, scope: Scope, around: Surroundings, *, is_cited: bool = False) -> tuple[Slot, ...]:
    """Route, target, cell type, condition and species of a figure, those that are said."""
    treated = finding.measure not in NOT_OF_TREATMENT
    own = not is_cited  # another work's figure takes nothing from the document that cites it but what it is about
    route = fill_route(finding, scope, around, own=own) if treated else None
    species = fill_species(finding, scope, around)
    slots = [
        route,
        fill_target(finding, scope, around, route, own=own or route is not None) if treated else None,
        _of_species(fill_cell_type(finding, scope, around, own=own), species, around) if treated else None,
        _of_species(fill_condition(finding, scope, around), species, around),
        species,
    ]
    return tuple(slot for slot in slots if slot is not None)


def _of_species(slot: Slot | None, species: Slot | None, around: Surroundings) -> Slot | None:
    """The slot without what is only said of other animals than the figure's: a cat has not the dogs' disease."""
    if slot is None or species is None or "human" in species.values:
        return slot
    own = set(species.values)
    pairs = [
        (value, known)
        for value, known in zip(slot.values, slot.ids, strict=True)
        if own & around.subject.animals.get((slot.name, value), own)
    ]
    if len(pairs) == len(slot.values):
        return slot
    return replace(slot, values=tuple(p[0] for p in pairs), ids=tuple(p[1] for p in pairs)) if pairs else None


def _steps(names: tuple[str, ...], own: bool) -> tuple[str, ...]:
    """The steps of a figure: that of another work hangs on what the title says of all, on nothing else of the document
    that cites it."""
    return names if own else tuple("title" if name == "document" else name for name in names)


def fill_route(finding: Finding, scope: Scope, around: Surroundings, *, own: bool = True) -> Slot | None:
    """The route: named in the clause, implied by ``injected into the knee``, or inherited."""
    if pair := paired("route", scope, around):
        return slot_of("route", [pair], "sentence")
    for step, mentions in steps("route", finding, scope, around, ("clause",)):
        return slot_of("route", _shared_out(mentions, scope, around) or mentions, step)
    # a site that implies no one route (the spine) must not take that of a heading over several sites
    open_site = _goes_into(scope, around)
    for step, mentions in steps("route", finding, scope, around, _steps(ROUTE_STEPS, own)):
        if open_site is not None and (step != "heading" or _heads_several("target", mentions, around)):
            return None
        if not _is_inherited(step, mentions, scope, around, own=own):
            continue
        return slot_of("route", mentions, step)
    return None


def _shared_out(found: Sequence[Mention], scope: Scope, around: Surroundings) -> list[Mention]:
    """All routes of a clause that parts the dose between them; none if it does not."""
    clause = Span(scope.clause.start + around.offset, scope.clause.end + around.offset)
    if not governs.is_shared_out(clause, around.text):
        return []
    named = [each for each in within(around.of_kind("route"), clause) if each.rule == found[0].rule]
    return [each for each in named if _is_of_cells(each, around)]


def _is_inherited(step: str, mentions: Sequence[Mention], scope: Scope, around: Surroundings, *, own: bool) -> bool:
    """True for routes that reach a figure from elsewhere.

    The text around must say that cells are given by it, and if it gives another dose by it, it must be the document's
    usual or only route. What the figure's own sentence says of another dose is not the document's. What is said to be
    given locally does not go into the blood.
    """
    start = max(scope.sentence.start, scope.clause.start - NAMED_BEFORE)
    named = Span(start + around.offset, scope.clause.end + around.offset)
    if mentions[-1].label in _systemic() and governs.says("delivery", "local", named, around.text):
        return False
    if step in ("before", "after"):
        if not any(_is_of_cells(mention, around) for mention in mentions):
            return False
        elsewhere = any(around.sentences.at(mention.span.start) in around.sentences.dosed for mention in mentions)
        if step == "before" and _has_moved_on(mentions[-1], scope, around):
            return False
        if step == "before" and _goes_on(mentions[-1], scope, around):
            return True
        usual = {mention.label for mention in around.subject.get("route")}
        return not elsewhere or around.subject.one_route or (own and usual == {each.label for each in mentions})
    if step in ("document", "title"):
        of_another = _of_another(scope, around)
        said = {each.label for each in of_another if each.rule != governs.IMPLIED}
        if any(each in of_another or each.label in said for each in mentions):
            return False
        return not _comes_to_another(mentions[-1], Span(scope.sentence.start, scope.clause.end), around)
    return True


def _of_another(scope: Scope, around: Surroundings) -> list[Mention]:
    """The routes that a figure's sentence names, which are another's if they have not been found to be its own."""
    sentence = around.sentence(scope)
    start = scope.clause.start + around.offset
    named = within(around.of_kind("route"), sentence)
    # what no full stop parts from it: a long quotation may be one sentence
    return [each for each in named if ". " not in around.text[min(start, each.span.start) : each.span.start]]


def _goes_on(route: Mention, scope: Scope, around: Surroundings) -> bool:
    """True if the figure's sentence goes on with the dose of the sentence before it, which names the route."""
    sentence = around.sentence(scope)
    if around.sentences.after(around.sentences.at(route.span.start)) != around.sentences.at(sentence.start):
        return False
    return governs.follows(sentence, around.text)


def _has_moved_on(route: Mention, scope: Scope, around: Surroundings) -> bool:
    """True if the text has come to a site since that a route does not reach: into a tendon, then knees."""
    if route.block != around.block:
        return False
    between = Span(min(route.span.end, scope.clause.end + around.offset), scope.clause.end + around.offset)
    if route.label in _systemic() and governs.says("delivery", "local", between, around.text):
        return True
    return _comes_to_another(route, Span(route.span.end - around.offset, scope.clause.end), around)


def _comes_to_another(route: Mention, between: Span, around: Surroundings) -> bool:
    """True if the last site in a stretch is one that another way leads to than a route to sites of its own."""
    if route.label not in vocab.site_routes().values() or route.label in _systemic():
        return False
    sites = within(around.of_kind("target"), between, offset=around.offset)
    ways = [vocab.implied_route(each.label or "") for each in sites if each.label not in source_sites()]
    return any(way is not None and way != route.label for way in ways[-1:])


def _is_of_cells(mention: Mention, around: Surroundings) -> bool:
    return governs.is_given(mention, around.text) and not governs.is_other_agent(mention, around.text)


def _goes_into(scope: Scope, around: Surroundings) -> Mention | None:
    """The site in the clause that something goes into, None if there is none."""
    sites = within(around.of_kind("target"), scope.clause, offset=around.offset)
    return next((site for site in sites if governs.goes_into(site, around.text)), None)


def _heads_several(kind: str, mentions: Sequence[Mention], around: Surroundings) -> bool:
    """True if the heading that gives a value names several of a kind: which of them the figure is for is not sure."""
    block = mentions[0].block
    return len({mention.label for mention in around.by_block.get((block, kind), [])}) > 1


def fill_target(
    finding: Finding, scope: Scope, around: Surroundings, route: Slot | None, *, own: bool = True
) -> Slot | None:
    """The site: named near, else what the route implies; a systemic route has none but one that is said beside it."""
    routes = route.values if route else ()
    if way := _vessels_in_row(routes, around):
        return slot_of("target", way, "heading")
    systemic = bool(set(routes) & _systemic())
    general: Slot | None = None
    for step, mentions in _near_sites(finding, scope, around, systemic):
        mentions = [mention for mention in _reached_by(routes, mentions) if not _is_way(mention, around)]
        mentions = [mention for mention in mentions if not _is_beyond(mention, finding, around)]
        chosen = [mention for mention in mentions if mention.label not in governs.general_sites()]
        if not chosen:
            general = general or slot_of("target", mentions, step)
            continue
        if not systemic or any(governs.goes_into(mention, around.text) for mention in chosen):
            return slot_of("target", chosen, step)
    if systemic:
        return None
    return _far_site(finding, scope, around, route, own) or general


def _vessels_in_row(routes: Sequence[str], around: Surroundings) -> list[Mention]:
    """The vessels of an organ that the cell for routes names in place of a route: ``hepatic artery``. A vein through
    which what is given goes everywhere is none."""
    row, ways = around.row, (_systemic() - {"intravenous"}).intersection(routes)
    if row is None or not ways or "target" in row.roles.values():
        return []
    cells = [index for index, role in row.roles.items() if role == "route"]
    named = [site for index in cells for site in sites_in(index, around)]
    return [site for site in named if vocab.implied_route(site.label or "") in set(routes) - {"intravenous"}]


def _near_sites(
    finding: Finding, scope: Scope, around: Surroundings, systemic: bool
) -> list[tuple[str, list[Mention]]]:
    if pair := paired("target", scope, around):
        return [("sentence", [pair])]
    names = ("clause", "sentence") if systemic else ("clause", "sentence", "earlier")
    return list(steps("target", finding, scope, around, names, within_brackets=False))


def _far_site(finding: Finding, scope: Scope, around: Surroundings, route: Slot | None, own: bool) -> Slot | None:
    """The site that headings name, that the route implies, or that the text before or the document is about."""
    routes = route.values if route else ()
    for step, mentions in steps("target", finding, scope, around, ("heading",)):
        reached = _reached_by(routes, mentions)
        reached = [each for each in reached if each.label not in governs.general_sites()] or reached
        if reached:
            return slot_of("target", reached, step)
    implied = next((_site_of_route()[name] for name in routes if name in _site_of_route()), None)
    if implied is not None and route.step in ("clause", "sentence"):
        return (_one_kind_of(implied, around) if own else None) or _sites_implied(route)
    far = ("before", "lead", "document") if implied else ("before", "after", "lead", "document")
    more = steps("target", finding, scope, around, _steps(far, own))
    for step, mentions in more:
        reached = [
            mention
            for mention in _reached_by(routes, mentions)
            if mention.label not in governs.general_sites() and not _is_way(mention, around)
        ]
        if step == "title":  # of a wound or a lung it is not sure that the other works put their cells there
            reached = [mention for mention in reached if vocab.implied_route(mention.label or "") is not None]
        elif step not in ("lead", "document"):
            reached = [mention for mention in reached if governs.goes_into(mention, around.text)]
        if reached:
            return slot_of("target", reached, step)
    if implied is not None:
        return (_one_kind_of(implied, around) if own else None) or _sites_implied(route)
    if not own:
        return None
    if not routes and governs.says("delivery", "implant", around.sentence(scope), around.text):
        return _main_site(_WAY_TO_JOINTS, around)
    return _main_site(routes, around)


def _one_kind_of(site: str, around: Surroundings) -> Slot | None:
    """The one part or kind of a site into which a document puts something: of the brain, the putamen."""

    def named() -> Slot | None:
        lexicon = vocab.load("target")
        kinds = [each for each in around.mentions if each.kind == "target" and each.label != site]
        kinds = [
            each for each in kinds if lexicon.is_a(each.label or "", site) and governs.goes_into(each, around.text)
        ]
        return slot_of("target", kinds[:1], "document") if len({each.label for each in kinds}) == 1 else None

    return around.once(("kind of", site), named)


_WAY_TO_JOINTS = ("intra-articular",)
"""The route that leads to joints, in which a membrane with cells is implanted too."""


def _sites_implied(route: Slot) -> Slot:
    """The sites that routes imply, each one of several its own: ``intrasplenic or intrahepatic``."""
    sites = tuple(dict.fromkeys(_site_of_route()[name] for name in route.values if name in _site_of_route()))
    terms = [vocab.load("target").get(site) for site in sites]
    return Slot("target", sites, tuple(term.id if term else None for term in terms), route.step, route.mentions)


def _reached_by(routes: Sequence[str], mentions: Sequence[Mention]) -> list[Mention]:
    """The sites that a route can reach, where it tells: an intra-articular dose goes into a joint, not a ligament."""
    implied = [_site_of_route()[route] for route in routes if route in _site_of_route()]
    if implied:
        lexicon = vocab.load("target")
        return [each for each in mentions if any(lexicon.is_a(each.label or "", site) for site in implied)]
    telling = [route for route in routes if route in _routes_of_sites()]
    if not telling:
        return [each for each in mentions if not _has_other_way(each, routes)]
    also = frozenset().union(*(_routes_of_sites()[route] for route in telling))
    return [each for each in mentions if _leads_to(telling, each) or each.label in also]


def _leads_to(routes: Sequence[str], mention: Mention) -> bool:
    """True for a site that one of the routes leads to, or a kind of it: an intra-articular dose may go into a facet."""
    way = vocab.implied_route(mention.label or "")
    lexicon = vocab.load("route")
    return way is not None and any(way == route or lexicon.is_a(way, route) for route in routes)


def _is_beyond(mention: Mention, finding: Finding, around: Surroundings) -> bool:
    """True for a site behind a semicolon into which nothing goes: ``5 million cells; the scar shrank``."""
    end = finding.unit_end + around.offset
    return ";" in around.text[end : max(end, mention.span.start)] and not governs.goes_into(mention, around.text)


def _has_other_way(mention: Mention, routes: Sequence[str]) -> bool:
    """True for a site that another route than a figure's leads to, if its own lead to sites of their own: no muscle is
    reached by an intrathecal dose."""
    way = vocab.implied_route(mention.label or "")
    ways = vocab.site_routes().values()
    lexicon = vocab.load("route")
    return (
        way is not None
        and bool(routes)
        and all(
            route in ways and route not in _anywhere() and not lexicon.is_a(route, way) and not lexicon.is_a(way, route)
            for route in routes
        )
    )


def _is_way(mention: Mention, around: Surroundings) -> bool:
    """True for a vein through which a dose goes into the blood, or the limb it is in: it is the way, not the site."""
    if vocab.implied_route(mention.label or "") == "intravenous":
        return True
    routes = around.by_block.get((mention.block, "route"), [])
    at = bisect_left(routes, mention.span.end, key=start_of)
    return any(each.span.start == mention.span.end + 1 and each.label in _systemic() for each in routes[at : at + 1])


def _main_site(routes: Sequence[str], around: Surroundings) -> Slot | None:
    """The site that a document names most among those its route reaches, if it names it more than all others."""
    if _routes_of_sites().keys().isdisjoint(routes):
        return None
    return around.once(("reached by", *routes), lambda: _most_named(routes, around))


def _most_named(routes: Sequence[str], around: Surroundings) -> Slot | None:
    reached = _reached_by(routes, [mention for mention in around.mentions if mention.kind == "target"])
    counts = Counter(mention.label for mention in reached if mention.label not in governs.general_sites())
    if not counts:
        return None
    label, count = counts.most_common(1)[0]
    if count <= counts.total() / 2:
        return None
    return slot_of("target", [mention for mention in reached if mention.label == label][:1], "document")


ROUTE_STEPS = ("sentence", "earlier", "heading", "before", "after", "lead", "document")
CELL_STEPS = ("clause", "tail", "earlier", "sentence", "heading", "before", "lead", "document")


def fill_cell_type(finding: Finding, scope: Scope, around: Surroundings, *, own: bool = True) -> Slot | None:
    """The cell type: in the figure's own noun phrase first."""
    slot = _own_cells(finding, around) or _first_cells(finding, scope, around, own)
    if slot is not None and slot.values[0] in _counting("count"):
        slot = _product(slot, finding, scope, around, own) or slot
    slot = _of_cells(finding, slot) or _only_of_particles(finding, around)
    if around.row is not None:
        slot = _as_its_table(slot or _named_by_heads(around.row, finding, around), around.row, around)
        own = own and not _is_one_of_several(slot, around.row, around)
    return _refined(slot, around) if own else slot  # what another work gave is not the document's own kind


def _is_one_of_several(slot: Slot | None, row: Row, around: Surroundings) -> bool:
    """True for a kind of cell that the heads of a table set beside a narrower one: ``T cells``, ``CAR-T cells``."""
    if slot is None or slot.step != "heading":
        return False
    named = {each.label for index in row.heads for each in around.by_block.get((index, "cell_type"), [])}
    return slot.values[0] in named and len(named) > 1


def _named_by_heads(row: Row, finding: Finding, around: Surroundings) -> Slot | None:
    """The one kind of cell that the heads of a table name, whichever of its columns they are of."""
    if not finding.is_cells:
        return None
    named = [each for index in row.heads for each in around.by_block.get((index, "cell_type"), [])]
    named = distinct([each for each in named if _is_counted_in(each.label, finding)])
    return slot_of("cell_type", named, "heading") if len(named) == 1 else None


def _as_its_table(slot: Slot | None, row: Row, around: Surroundings) -> Slot | None:
    """The slot with the kind that the caption of its table names, or that the source in its row makes of it."""
    if slot is None or len(slot.values) != 1:
        return slot
    lexicon = vocab.load("cell_type")
    said = [each for index in row.captions for each in around.by_block.get((index, "cell_type"), [])]
    kinds = {each.label: each for each in said if lexicon.is_a(each.label or "", slot.values[0])}
    kinds.pop(slot.values[0], None)
    if len(kinds) == 1:
        return slot_of("cell_type", list(kinds.values()), slot.step)
    for index in row.blocks:
        if row.roles.get(index) == "cell_type" or (row.is_of_lines and index != around.block):
            span = around.document.blocks[index].span
            whole = f"{around.text[span.start : span.end]} {slot.values[0]}"
            for made in lexicon.find(whole)[-1:]:
                is_whole = made.start == 0 or index in row.roles
                if is_whole and made.end == len(whole) and lexicon.is_a(made.label, slot.values[0]):
                    return Slot("cell_type", (made.label,), (made.term.id,), slot.step, (*slot.mentions, span))
    return slot


def _own_cells(finding: Finding, around: Surroundings) -> Slot | None:
    if not finding.is_cells:
        return None
    start, end = finding.end + around.offset, max(finding.unit_end, finding.end) + 1 + around.offset
    of_kind = around.of_kind("cell_type")
    own = of_kind[bisect_left(of_kind, start, key=start_of) : bisect_left(of_kind, end, key=start_of)]
    return slot_of("cell_type", distinct(own)[-1:], "clause")


def _first_cells(finding: Finding, scope: Scope, around: Surroundings, own: bool) -> Slot | None:
    if pair := paired("cell_type", scope, around):
        return slot_of("cell_type", [pair], "sentence")
    for step, mentions in _cells(finding, scope, around, own):
        return slot_of("cell_type", mentions[:1], step)
    return None


def _cells(
    finding: Finding, scope: Scope, around: Surroundings, own: bool, keep: Callable[[Mention], bool] | None = None
) -> Iterator[tuple[str, list[Mention]]]:
    """The kinds of cell that contexts name, of each context the nearest first.

    Of the text before only those count that are said to be given: it also tells of what they are made from, and of
    what is measured.
    """
    about = {each.label for each in around.subject.get("cell_type") if _is_counted_in(each.label, finding)}

    def is_of_before(each: Mention) -> bool:
        if not _is_counted_in(each.label, finding):
            return False
        if _heads_paragraph(each, around):
            return True
        if about:
            return each.label in about or governs.is_product(each, around.text)
        return not around.subject.given or each.label in around.subject.given

    end = finding.unit_end + around.offset

    def may_be(each: Mention) -> bool:
        if governs.is_of_a_part(each, around.text, end) or not _is_counted_in(each.label, finding):
            return False
        return keep is None or keep(each)

    names = _steps(CELL_STEPS, own)
    for step, mentions in steps("cell_type", finding, scope, around, names, keep=may_be, before=is_of_before):
        if mentions:
            yield step, nearest_first(distinct(mentions), finding, around) if step in NEAR else mentions


def _product(counted: Slot, finding: Finding, scope: Scope, around: Surroundings, own: bool) -> Slot | None:
    """The product whose cells are counted: of ``cord blood, 3 × 10⁷ TNC/kg`` the cord blood.

    First the only kind of them that the document names (its platelets are those of its plasma), then what stands near,
    then the kind that the document's source makes of them (``bone marrow`` mononuclear cells).
    """
    label = counted.values[0]
    lexicon = vocab.load("cell_type")
    named = {each.label: each for each in around.mentions if each.kind == "cell_type" and each.label != label}
    kinds = [each for each in named.values() if lexicon.is_a(each.label or "", label)]
    if len(kinds) == 1:
        return slot_of("cell_type", kinds, "document")
    term = lexicon.get(label)
    above = term.parents if term else ()

    def may_be(each: Mention) -> bool:
        """False for what cannot be counted in these cells: no natural killer cells in T cells."""
        if each.label in _counting("count", "marker"):
            return False
        return not above or any(lexicon.is_a(each.label or "", parent) for parent in above)

    products = _cells(finding, scope, around, own, keep=may_be)
    is_noun = _own_cells(finding, around) is not None
    about = {each.label for each in around.subject.get("cell_type")}
    for step, mentions in products:
        if is_noun and step not in ("clause", "sentence") and mentions[0].label not in about:
            break  # what is counted stands beside the figure itself, its product only further off
        if made := lexicon.get(f"{(mentions[0].label or '').removesuffix('-derived cell')} {label}"):
            return Slot("cell_type", (made.label,), (made.id,), step, (mentions[0].span,))
        return _from_source(mentions[0], finding, scope, around) or slot_of("cell_type", mentions[:1], step)
    return _by_source(label, around) if own else None


def _from_source(product: Mention, finding: Finding, scope: Scope, around: Surroundings) -> Slot | None:
    """The cells of a source that the clause names nearer to the figure than another product."""
    sites = within(around.of_kind("target"), scope.clause, offset=around.offset)
    sources = [each for each in sites if each.label in source_sites()]
    for each in nearest_first([product, *sources], finding, around)[:1]:
        term = vocab.load("cell_type").get(f"{each.label}-derived cell") if each is not product else None
        return Slot("cell_type", (term.label,), (term.id,), "clause", (each.span,)) if term else None
    return None


def _by_source(label: str, around: Surroundings) -> Slot | None:
    """The kind of cell that the one source which a document names makes of a general kind."""
    sources = {each.label: each for each in around.mentions if each.kind == "target" and each.label in source_sites()}
    term = vocab.load("cell_type").get(f"{next(iter(sources))} {label}") if len(sources) == 1 else None
    if term is None:
        return None
    return Slot("cell_type", (term.label,), (term.id,), "document", tuple(each.span for each in sources.values()))


def _refined(slot: Slot | None, around: Surroundings) -> Slot | None:
    """The slot with the kind that the document is about, if that is one of the kind named: its T cells are the
    gene-modified T cells of its title."""
    if slot is None:
        return slot
    narrower = [around.subject.narrower(slot.name, value) for value in slot.values]
    found = [mention for mention in narrower if mention is not None]
    if not found:
        return slot
    pairs = [
        (value, known) if mention is None else (mention.label or "", mention.id)
        for value, known, mention in zip(slot.values, slot.ids, narrower, strict=True)
    ]
    values, ids = zip(*dict(pairs).items(), strict=True)
    return Slot(slot.name, values, ids, "document", (*slot.mentions, *(mention.span for mention in found)))


def _only_of_particles(finding: Finding, around: Surroundings) -> Slot | None:
    """The one product of a text, or the kind of all of them, that is counted in particles as a figure is."""
    if finding.dimension != "particle":
        return None
    return around.once(("counted in", finding.dimension), lambda: _widest_counted(finding, around))


def _widest_counted(finding: Finding, around: Surroundings) -> Slot | None:
    lexicon, others = vocab.load("cell_type"), governs.not_cells()
    named = {each.label: each for each in around.mentions if each.kind == "cell_type" and each.label in others}
    named = {label: each for label, each in named.items() if _is_counted_in(label, finding)}
    widest = [each for label, each in named.items() if all(lexicon.is_a(other, label) for other in named)]
    return slot_of("cell_type", widest, "document")


def _of_cells(finding: Finding, slot: Slot | None) -> Slot | None:
    """No slot for a number of cells whose product, named elsewhere, is not counted in cells (platelets, vesicles)."""
    if slot is None or not finding.is_cells or slot.step == "clause":
        return slot
    return slot if _is_counted_in(slot.values[0], finding) else None


def _is_counted_in(label: str | None, finding: Finding) -> bool:
    """False for a product that is not counted in what a figure counts: exosomes in cells, cells in particles."""
    other = governs.not_cells()
    if finding.dimension == "cell":
        return label not in other
    return finding.dimension != "particle" or other.get(label) == finding.dimension


def fill_condition(finding: Finding, scope: Scope, around: Surroundings) -> Slot | None:
    """The condition: one that the people of the sentence have, that its heading names, or that the document is about.

    What is only watched for (a complication, a risk) is none.
    """
    if pair := paired("condition", scope, around):
        return slot_of("condition", [pair], "sentence")
    if _is_of_healthy(scope, around):
        return None
    about = around.subject.get("condition")
    for step, mentions in _conditions(finding, scope, around):
        if step in ("clause", "sentence"):
            mentions = [mention for mention in mentions if _is_treated(mention, about, around)]
        elif step == "heading" and _is_lead_in(mentions, around) and _heads_several("condition", mentions, around):
            return None
        if mentions and around.row is not None and mentions[0].block in around.row.captions:
            return slot_of("condition", mentions, step)  # of all its rows: none has to have the kind that another has
        if mentions:
            return _refined(_completed(_refined(slot_of("condition", mentions, step), around), around), around)
    return None if about else _refined(slot_of("condition", _spoken_of_before(scope, around), "before"), around)


def _is_of_healthy(scope: Scope, around: Surroundings) -> bool:
    """True for a figure in people who are healthy: of its sentence, or of the one before that it goes on with."""
    sentence = around.sentence(scope)
    if governs.says("population", "healthy", sentence, around.text):
        return True
    if not governs.says("population", "volunteer", sentence, around.text):
        return False
    part, place = around.sentences.at(sentence.start)
    return place > 0 and governs.says("population", "healthy", around.sentences.span((part, place - 1)), around.text)


def _opening_block(row: Row, around: Surroundings) -> list[Mention]:
    """The disease that opens a row, or the nearest above it that does, in a table of lines whose first column is for
    diseases: it is told once for several rows, until the next."""
    if row.columns[:1] != ("condition",):
        return []
    blocks = around.document.blocks
    for index in range(around.block, max(row.table[0], around.block - MAX_ROWS) - 1, -1):
        named = around.by_block.get((index, "condition"), [])
        if named and named[0].span.start == blocks[index].span.start:
            return named[:1]
    return []


MAX_ROWS = 40
"""Rows above one in which its disease is looked for."""


def _conditions(finding: Finding, scope: Scope, around: Surroundings) -> Iterator[tuple[str, list[Mention]]]:
    """The conditions that contexts name; the words that head a paragraph come before the document's subject."""

    def named(*names: str) -> Iterator[tuple[str, list[Mention]]]:
        return steps("condition", finding, scope, around, names, keep=lambda each: _counts(each, around))

    row = around.row
    if row is not None and (opening := _opening_block(row, around)):
        yield "heading", opening
    if row is not None and row.columns and not row.tells("condition", around.block):
        # where no column is for diseases, a line names them in telling what came of the treatment
        yield from ((step, found) for step, found in named("heading") if found[0].block in row.captions)
    yield from named("clause", "sentence")
    if governs.refers_back(around.sentence(scope), around.text) and (same := _spoken_of_before(scope, around)):
        yield "before", same
    yield from named("heading")
    over = [each for each in around.of_kind("condition") if _heads_paragraph(each, around)]
    if over and over[-1].span.end <= scope.sentence.start + around.offset:
        yield "before", over
    if around.subject.is_parted and (last := _spoken_of_before(scope, around)):
        yield "before", last
    yield from named("document")


def _spoken_of_before(scope: Scope, around: Surroundings) -> list[Mention]:
    """What the last sentence before the figure's in its paragraph that names a condition says people have or something
    is given for; nothing if the figure's sentence is about other animals."""
    of_kind = around.of_kind("condition")
    start = scope.sentence.start + around.offset
    before = of_kind[: bisect_left(of_kind, start, key=start_of)]
    found = [each for each in before if _counts(each, around) and _is_spoken_of(each, around)]
    if not found:
        return []
    place = around.sentences.at(found[-1].span.start)
    found = [each for each in found if around.sentences.at(each.span.start) == place]
    animals = _animals_of(around.sentences.at(start), around)
    return found if not animals or animals & _animals_of(place, around) else []


def _is_spoken_of(mention: Mention, around: Surroundings) -> bool:
    if _heads_paragraph(mention, around):
        return True
    if governs.is_excluded(mention, around.text):
        return False
    return governs.is_population(mention, around.text) or governs.is_aim(mention, around.text)


_NUMBERED = re.compile(r"\W{0,3}(?:[A-Z][a-z]{0,15}\s?)?\d{1,2}[.:)]?\s{0,2}")
"""What may stand before the words that head a paragraph: ``Statement 2.``"""


def _heads_paragraph(mention: Mention, around: Surroundings) -> bool:
    """True for what stands in a few words that begin a paragraph and end in a stop: ``Knee pain. Ten dogs came.``"""
    span = around.sentences.span(around.sentences.at(mention.span.start))
    start = around.document.blocks[mention.block].span.start
    begins = span.start <= start + 2 or _NUMBERED.fullmatch(around.text, start, span.start) is not None
    ends = len(around.text[mention.span.end : span.end].split()) <= 1
    return begins and ends and len(around.text[span.start : span.end].split()) <= RUN_IN


def _animals_of(sentence: tuple[int, int], around: Surroundings) -> set[str | None]:
    """The animals that a sentence names."""
    span = around.sentences.span(sentence)
    named = within(around.of_kind("species"), span)
    return {each.label for each in named} - {"human"}


def _counts(mention: Mention, around: Surroundings) -> bool:
    """False for a condition that is named in passing, unless people are said to have it."""
    return mention.rule != IN_PASSING or governs.is_population(mention, around.text)


def _is_treated(mention: Mention, about: Sequence[Mention], around: Surroundings) -> bool:
    if governs.is_excluded(mention, around.text):
        return False
    if not about or governs.is_population(mention, around.text) or governs.is_aim(mention, around.text):
        return True
    lexicon = vocab.load("condition")
    label = mention.label or ""
    return any(lexicon.is_a(label, each.label or "") or lexicon.is_a(each.label or "", label) for each in about)


def _is_lead_in(mentions: Sequence[Mention], around: Surroundings) -> bool:
    """True for a sentence that ends in a colon and heads the items below it."""
    return around.document.blocks[mentions[0].block].kind == "paragraph"


def _completed(slot: Slot | None, around: Surroundings) -> Slot | None:
    """The slot with all that the people of the document have, if it names a part of it and they all have it."""
    about = around.subject.get("condition")
    labels = {mention.label for mention in about}
    if slot is None or not around.subject.of_people or not set(slot.values) < labels or around.subject.is_parted:
        return slot
    return slot_of("condition", about, slot.step)


_IN = re.compile(r"(?:\scells)?\sin\s(?:(?!vs\b|and\b|or\b)[\w-]{1,20}\s)?")
"""What stands between a figure and those who get it, whoever is named before it."""


def fill_species(finding: Finding, scope: Scope, around: Surroundings) -> Slot | None:
    """The species: an animal of the sentence, headings or title before people, whom every text mentions."""
    column = around.column
    if column is not None:
        cell = cell_of(around.document, column, lambda block: bool(_animals_in(block, around)))
        if cell is not None:
            return slot_of("species", _animals_in(cell, around)[:1], "heading")
    for each in within(around.of_kind("species"), scope.clause, offset=around.offset):
        if _IN.fullmatch(around.text, finding.unit_end + around.offset, each.span.start):
            return slot_of("species", [each], "clause")
    for step, mentions in steps("species", finding, scope, around, ("clause", "sentence", "earlier")):
        return slot_of("species", mentions[:1], step)
    if people := _trial_in(scope, around):
        return people
    for step, mentions in steps("species", finding, scope, around, ("heading", "before", "document")):
        return slot_of("species", mentions[:1], step)
    return None


def people_meant(around: Surroundings) -> Slot | None:
    """People as the species of what a text advises or plans that names no living being: those who treat animals say
    which."""

    def meant() -> Slot | None:
        term = vocab.load("species").get("human")
        named = any(each.kind == "species" for each in around.mentions)
        return None if named else Slot("species", ("human",), (term.id if term else None,), "document")

    return around.once(("people meant",), meant)


def _trial_in(scope: Scope, around: Surroundings) -> Slot | None:
    """People as the species of a sentence on a trial, whichever animals the sentences around it speak of."""
    sentence = around.sentence(scope)
    match = words_of("clinical", "sure").search(around.text, sentence.start, sentence.end)
    if match is None:
        return None
    term = vocab.load("species").get("human")
    return Slot("species", ("human",), (term.id if term else None,), "sentence", (Span(*match.span()),))


def _animals_in(block: int, around: Surroundings) -> list[Mention]:
    return [each for each in around.by_block.get((block, "species"), []) if each.label != "human"]
