"""All that slot filling looks at for a figure, and the contexts in which it looks, from near to far."""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from litclaims import vocab
from litclaims.extract.quantity import Finding
from litclaims.model import Document, Mention, Slot, Span
from litclaims.relate import governs
from litclaims.relate.columns import Column
from litclaims.relate.mentions import Sentences, distinct, joined
from litclaims.relate.scope import Scope, start_of, within
from litclaims.relate.subject import Subject
from litclaims.relate.table_rows import Row
from litclaims.vocab.heads import DOSE, OUTCOME
from litclaims.vocab.wordlist import listed

REACH_BACK = 3
"""Blocks before a figure's own, in the same section, that still tell what it hangs on."""

MANY = 12
"""A sentence is not searched for more mentions of a kind."""

RUN_IN = 5
"""So few words, set before a paragraph as a sentence of their own, are its heading."""

REACH_MENTIONS = 50
"""Mentions of a kind before a figure, or in a block before its own, that are looked at."""

TOPICS = ("condition", "target")
"""What a text comes to when it leaves what its first sentence was about."""

NEAR = ("clause", "tail", "earlier", "sentence", "before", "after")
"""Steps over running text, of which only what stands nearest to the figure is taken."""

FAR = ("heading", "before", "after", "lead", "title", "document")
"""Steps that leave a figure's own line or cell."""

CLOSED = ("condition", "route", "target")
"""Kinds of which a table with a column for them says all: the row's cell tells it, or nothing does."""

_LABELLED = re.compile(r"[^:]{1,40}:\s*\S")
"""A line that says something of what it names: ``Volume: 1 mL``."""

_RESPECTIVELY = re.compile(r"\brespectively\b", re.IGNORECASE)


@dataclass(frozen=True)
class Surroundings:
    """What slot filling looks at for the figures of one part.

    Attributes:
        text: the document's view.
        offset: where the part begins.
        block: the part's block.
        mentions: of the document, in order.
        by_block: the mentions of each block and kind, in order.
        subject: of the document.
        sentences: of the document.
        answers: what the whole document tells, by what was asked; see :meth:`once`.
        dosed: the blocks in which a number of cells is given.
        column: of the block, in a table that was flattened into lines.
        row: of the block, in a table whose rows are told.
    """

    document: Document
    text: str
    offset: int
    block: int
    mentions: Sequence[Mention]
    by_block: dict[tuple[int, str], list[Mention]]
    subject: Subject
    sentences: Sentences
    answers: dict[tuple[str, ...], Slot | None]
    dosed: frozenset[int] = frozenset()
    column: Column | None = None
    row: Row | None = None

    def of_kind(self, kind: str) -> list[Mention]:
        """The mentions of a kind in the figure's block, in order."""
        return self.by_block.get((self.block, kind), [])

    def sentence(self, scope: Scope) -> Span:
        """The sentence of a figure, in the document."""
        return Span(scope.sentence.start + self.offset, scope.sentence.end + self.offset)

    def once(self, question: tuple[str, ...], answer: Callable[[], Slot | None]) -> Slot | None:
        """What the whole document answers to a question, found once for all its figures."""
        if question not in self.answers:
            self.answers[question] = answer()
        return self.answers[question]


def steps(
    kind: str,
    finding: Finding,
    scope: Scope,
    around: Surroundings,
    names: tuple[str, ...],
    *,
    within_brackets: bool = True,
    keep: Callable[[Mention], bool] | None = None,
    before: Callable[[Mention], bool] | None = None,
) -> Iterator[tuple[str, list[Mention]]]:
    """The contexts that name a kind, nearest first, with what they name: in running text what stands nearest.

    Args:
        keep: which mentions count; all unless given.
        before: which mentions of the text before count; all unless given.
        within_brackets: False if a mention in brackets only explains one outside them.
    """
    for name in names:
        for mentions in _context(kind, name, scope, around, before):
            stated = [each for each in mentions if not _is_aside(each, around.text) and (keep is None or keep(each))]
            stated = [each for each in stated if _is_in_its_column(each, finding, around)]
            stated = _named(stated)
            if not within_brackets:
                stated = _outside_brackets(stated, around.text)
            if stated:
                found = nearest_group(stated, finding, around) if name in NEAR else stated
                yield "sentence" if name in ("tail", "earlier") else name, _precise(found, stated, around.text)


def _is_in_its_column(mention: Mention, finding: Finding, around: Surroundings) -> bool:
    """False for what a line of a table names behind its dose where only outcomes stand, or on the other side of it than
    the column that is for such a thing; and for a route that the site in a caption would imply."""
    row = around.row
    if row is None or mention.kind not in CLOSED:
        return True
    if mention.block in row.captions:
        return mention.rule != governs.IMPLIED
    if DOSE not in row.columns or mention.block != around.block:
        return True
    at = row.columns.index(DOSE)
    before, behind = row.columns[:at], row.columns[at + 1 :]
    if mention.span.start < finding.start + around.offset:
        return mention.kind in before or mention.kind not in behind
    return mention.kind in behind or (mention.kind not in before and OUTCOME not in behind)


def _precise(chosen: list[Mention], mentions: Sequence[Mention], text: str) -> list[Mention]:
    """The mentions chosen, with the parts in place of the whole that they are named with: ``the putamen of the brain``,
    ``one joint (knee or hip): 5 million per joint``."""
    if len(chosen) != 1 or chosen[0].kind != "target":
        return chosen
    lexicon = vocab.load("target")
    label = chosen[0].label or ""
    parts = [each for each in mentions if each.label != label and lexicon.is_a(each.label or "", label)]
    return joined(parts, len(parts) - 1, text) if parts else chosen


def _named(mentions: list[Mention]) -> list[Mention]:
    """What the text names, if it names any: what sites imply counts only where nothing is named."""
    return [mention for mention in mentions if mention.rule != governs.IMPLIED] or mentions


def _outside_brackets(mentions: list[Mention], text: str) -> list[Mention]:
    """The mentions outside round brackets if there are any: those within only explain them."""
    outside = []
    for mention in mentions:
        start = text.rfind("\n", 0, mention.span.start) + 1
        before = text[max(start, mention.span.start - 200) : mention.span.start]
        if before.count("(") <= before.count(")"):
            outside.append(mention)
    return outside or mentions


def paired(kind: str, scope: Scope, around: Surroundings) -> Mention | None:
    """The mention that ``respectively`` gives to a figure of a list: the third to the third of as many."""
    place = scope.place
    sentence = around.text[scope.sentence.start + around.offset : scope.sentence.end + around.offset]
    if place is None or _RESPECTIVELY.search(sentence) is None:
        return None
    for stretch in (scope.tail, scope.lead):
        named = within(around.of_kind(kind), stretch, offset=around.offset)
        if len(named) == place.of and len({mention.label for mention in named}) > 1:
            return named[place.index]
    return None


@functools.cache
def source_sites() -> frozenset[str]:
    """Sites that cells are taken from, and that are a target only where something goes into them."""
    return frozenset(listed("source_sites"))


@functools.cache
def abbreviations(kind: str) -> dict[str, tuple[vocab.Term, ...]]:
    """The terms of a kind by their abbreviations, those left out that may be short for several."""
    found: dict[str, tuple[vocab.Term, ...]] = {}
    for term in vocab.load(kind).rows:
        for short in (*term.abbreviations, *term.ambiguous):
            found[short] = (*found.get(short, ()), term)
    return {short: terms for short, terms in found.items() if len(terms) == 1}


def _is_aside(mention: Mention, text: str) -> bool:
    if mention.kind == "target" and mention.label in source_sites() and not governs.goes_into(mention, text):
        return True
    if governs.is_material(mention, text) or governs.is_found_in(mention, text):
        return True
    if governs.is_of_a_drug(mention, text) or governs.is_of_donors(mention, text):
        return True
    return (
        governs.is_contrasted(mention, text) or governs.is_source(mention, text) or governs.is_measured(mention, text)
    )


def _context(
    kind: str, step: str, scope: Scope, around: Surroundings, keep: Callable[[Mention], bool] | None
) -> Iterator[list[Mention]]:
    of_kind = around.of_kind(kind)
    if step in FAR and around.row is not None and kind in CLOSED and around.row.tells(kind, around.block):
        yield from _of_own_column(kind, step, around.row, around)
    elif step == "clause":
        yield within(of_kind, scope.clause, offset=around.offset)
    elif step == "tail":
        yield within(of_kind, scope.tail, offset=around.offset)
    elif step == "sentence":
        yield within(of_kind, scope.tail, offset=around.offset)
        yield within(of_kind, scope.lead, offset=around.offset)
    elif step == "earlier":
        yield within(of_kind, Span(scope.sentence.start, scope.clause.start), offset=around.offset)[-2:]
    elif step == "heading":
        for index in reversed(_headings(around)):
            yield around.by_block.get((index, kind), [])
    elif step == "before":
        earlier = bisect_left(of_kind, scope.sentence.start + around.offset, key=start_of)
        yield _last_sentence(_kept(of_kind[max(0, earlier - REACH_MENTIONS) : earlier], keep), around)
        for index in _blocks_before(around):
            yield _kept(around.by_block.get((index, kind), [])[:REACH_MENTIONS], keep)
    elif step == "after":
        yield _after(kind, scope, around)
    elif step == "lead":
        yield _lead(kind, scope, around)
    elif step == "title":
        yield _titled(kind, around)
    else:
        about = around.subject.get(kind)
        of_lines = kind in CLOSED and around.document.blocks[around.block].kind != "cell"
        yield [each for each in about if not (of_lines and _is_of_another_row(each.block, around))]


def _of_own_column(kind: str, step: str, row: Row, around: Surroundings) -> Iterator[list[Mention]]:
    """What the cells or lines of a figure's row tell of a kind that its table has a column for, and what the table is
    of; nothing else of the document."""
    if step != "heading":
        return
    if opening := _opening_line(kind, row, around):
        yield opening
        return
    for index in row.blocks:
        if index == around.block or row.roles.get(index, kind) != kind:
            continue
        named = around.by_block.get((index, kind), [])
        if index in row.roles:
            named = named or _routes_to(sites_in(index, around), kind) or _short(index, kind, around)
        yield named
    for index in row.captions:
        yield around.by_block.get((index, kind), [])


def _opening_line(kind: str, row: Row, around: Surroundings) -> list[Mention]:
    """What the last line above a figure's begins with, in a table of lines whose first column is for such things: it
    holds for the lines below, up to the next that begins so."""
    if row.columns[:1] != (kind,):
        return []
    for index in reversed([each for each in row.blocks if each < around.block]):
        named = around.by_block.get((index, kind), [])
        if named and named[0].span.start == around.document.blocks[index].span.start:
            return joined(named, 0, around.text)
    return []


_SHORT = re.compile(r"(?<![^\W\d])([A-Za-z][A-Za-z-]{1,7}\d?)(?!\w)")


def _short(block: int, kind: str, around: Surroundings) -> list[Mention]:
    """What the abbreviations in a cell for a kind of thing are short for, counts before them left out: ``8CLL 1ALL``.
    Under its head one is clear that may mean something else in running text."""
    names = abbreviations(kind)
    span = around.document.blocks[block].span
    found = _SHORT.finditer(around.text, span.start, span.end)
    return [
        Mention(kind, match[1], Span(*match.span(1)), f"abbreviation {kind}", block, term.label, term.id)
        for match in found
        for term in names.get(match[1], ())
    ]


def sites_in(block: int, around: Surroundings) -> list[Mention]:
    """The sites that the cell of a table names, if only by abbreviations that are clear under its head."""
    return around.by_block.get((block, "target"), []) or _short(block, "target", around)


def _routes_to(sites: Sequence[Mention], kind: str) -> list[Mention]:
    """The routes that lead to the sites in a cell for routes: ``liver puncture``."""
    ways = [(site, vocab.implied_route(site.label or "")) for site in sites] if kind == "route" else ()
    lexicon = vocab.load("route")
    return [
        replace(site, kind="route", rule=governs.IMPLIED, label=way, id=getattr(lexicon.get(way), "id", None))
        for site, way in ways
        if way is not None
    ]


def _is_of_another_row(block: int, around: Surroundings) -> bool:
    return around.row is not None and around.row.is_of_another(block)


def _headings(around: Surroundings) -> tuple[int, ...]:
    """The headings over a block. A short line that holds a dose of its own (``Dose: 10 million cells per disc``) may
    look like one and heads nothing: it and those below it stand under what heads its group of lines. So do the lines
    under ``Duration: 5 days``, which stands between them and what heads them."""
    blocks, path = around.document.blocks, around.document.blocks[around.block].heading_path
    if around.row is not None:
        return _heads_of_row(around.row, path, around.block, of_cells=blocks[around.block].kind == "cell")
    last = path[-1] if path else around.block
    if blocks[last].kind != "heading":
        return path
    if last not in around.dosed:
        return (*path[:-1], *_labels_above(last, around), last)
    for index in range(last - 1, max(-1, last - 1 - MANY), -1):
        if blocks[index].kind != "heading":
            return blocks[index].heading_path
        if index not in around.dosed and not _LABELLED.match(_line(index, around)):
            return (*blocks[index].heading_path, index)
    return path[:-1]


def _heads_of_row(row: Row, path: Sequence[int], block: int, *, of_cells: bool) -> tuple[int, ...]:
    """The heads of a figure in a table: what stands over it, its captions, the first the nearest, and the cells beside
    it. What came of the treatment tells nothing of what was given."""
    cells = [index for index in row.roles if index not in path]
    inner = [index for index in path if row.table[0] <= index < row.table[1]]
    outer = [index for index in path if index not in inner]
    if not of_cells:  # of lines each may look like a heading
        inner = [index for index in row.blocks if index != block] if row.is_of_lines else []
    return (*outer, *row.captions[::-1], *(index for index in (*cells, *inner) if row.roles.get(index) != OUTCOME))


def _labels_above(last: int, around: Surroundings) -> list[int]:
    """The lines directly above a labelled line that looks like a heading, from the first that has no label on."""
    blocks, found = around.document.blocks, []
    index = last
    while index > 0 and len(found) < MANY and _LABELLED.match(_line(index, around)):
        index -= 1
        if blocks[index].kind != "heading" or index in around.dosed:
            return []
        found.append(index)
    return found[::-1]


def _line(block: int, around: Surroundings) -> str:
    span = around.document.blocks[block].span
    return around.text[span.start : span.end]


def _kept(mentions: Sequence[Mention], keep: Callable[[Mention], bool] | None) -> list[Mention]:
    return [each for each in mentions if keep is None or keep(each)]


def _last_sentence(mentions: Sequence[Mention], around: Surroundings) -> list[Mention]:
    """Of mentions in order those in the sentence of the last."""
    if not mentions:
        return []
    span = around.sentences.span(around.sentences.at(mentions[-1].span.start))
    return [mention for mention in mentions[-MANY:] if span.start <= mention.span.start]


def _after(kind: str, scope: Scope, around: Surroundings) -> list[Mention]:
    """What the next sentence names, unless it has a dose of its own."""
    following = around.sentences.after(around.sentences.at(scope.sentence.start + around.offset))
    if following is None or following in around.sentences.dosed:
        return []
    span = around.sentences.span(following)
    blocks = [around.block, *(index for index in _blocks_after(around) if not _is_of_another_row(index, around))]
    return [
        mention
        for index in blocks
        for mention in around.by_block.get((index, kind), [])
        if span.start <= mention.span.start < span.end
    ]


def _lead(kind: str, scope: Scope, around: Surroundings) -> list[Mention]:
    """What the first sentence of the figure's section says of many works at once (``Trials of intravenous cells in
    stroke``), if it names one of a kind and the text has come to no other since, nor to another disease or site."""
    first = _first_of_section(around)
    if first is None:
        return []
    span = around.sentences.span(around.sentences.at(around.document.blocks[first].span.start + 1))
    start = scope.sentence.start + around.offset
    if span.end > start or not governs.is_of_many(span, around.text):
        return []
    blocks = range(first, around.block + 1)
    said = Span(span.start, scope.sentence.end + around.offset)
    for each in (kind, *TOPICS):
        named = [mention for index in blocks for mention in within(around.by_block.get((index, each), []), said)]
        named = [mention for mention in named if not _is_aside(mention, around.text)]
        led = within(named, span)
        if any(not _is_akin(mention, led) for mention in named):
            return []
    led = within(around.by_block.get((first, kind), []), span)
    return led if len({mention.label for mention in led}) == 1 else []


def _titled(kind: str, around: Surroundings) -> list[Mention]:
    """What the title names of a kind, if it names but one: it speaks for the works that the document tells of."""
    blocks = around.document.blocks
    named = [each for each in around.subject.get(kind) if blocks[each.block].kind == "title"]
    return named if len(named) == 1 else []


def _is_akin(mention: Mention, others: Sequence[Mention]) -> bool:
    """True if a mention names one of others, or a kind of it, or what it is a kind of."""
    lexicon, label = vocab.load(mention.kind), mention.label or ""
    names = [each.label or "" for each in others]
    return any(name == label or lexicon.is_a(label, name) or lexicon.is_a(name, label) for name in names)


def _first_of_section(around: Surroundings) -> int | None:
    """The first block under the headings of a figure's own, None if it stands too far before."""
    blocks = around.document.blocks
    path = blocks[around.block].heading_path
    for index in range(around.block, max(-1, around.block - MANY), -1):
        if blocks[index].kind in ("heading", "title") or blocks[index].heading_path != path:
            return index + 1 if index < around.block else None
    return 0 if around.block < MANY else None


def _blocks_before(around: Surroundings) -> list[int]:
    """The blocks shortly before a block's own, nearest first, that stand under the same heading."""
    blocks = around.document.blocks
    if _has_own_head(around):
        return []
    path = blocks[around.block].heading_path[:1]
    found = []
    for index in range(around.block - 1, max(-1, around.block - 1 - REACH_BACK), -1):
        if blocks[index].kind in ("heading", "title") or blocks[index].heading_path[:1] != path:
            break
        if _is_of_another_row(index, around):
            break
        found.append(index)
    return found


def _has_own_head(around: Surroundings) -> bool:
    """True for a paragraph that begins with a few words as a sentence of their own: ``Stroke model. Ten rats came.``"""
    block = around.document.blocks[around.block].span
    at = around.sentences.at(block.start + 1)
    first = around.sentences.span(at) if at[0] >= 0 else block
    words = around.text[first.start : first.end].split()
    return block.start <= first.start and first.end < block.end - 1 and 0 < len(words) <= RUN_IN


def _blocks_after(around: Surroundings) -> list[int]:
    """The block after a block's own if it stands under the same headings."""
    blocks, index = around.document.blocks, around.block + 1
    if index >= len(blocks) or blocks[index].kind in ("heading", "title"):
        return []
    alike = blocks[index].heading_path == blocks[around.block].heading_path
    return [index] if alike and blocks[index].kind == blocks[around.block].kind == "paragraph" else []


def nearest_group(mentions: Sequence[Mention], finding: Finding, around: Surroundings) -> list[Mention]:
    """The mention nearest to a figure and those joined to it by ``and``, ``or``, a comma or a bracket."""
    if len(mentions) < 2:
        return list(mentions)
    ordered = sorted(mentions, key=lambda mention: mention.span)
    start, end = finding.start + around.offset, finding.unit_end + around.offset
    nearest = min(range(len(ordered)), key=lambda index: _distance(ordered[index].span, start, end))
    return joined(ordered, nearest, around.text)


def nearest_first(mentions: Sequence[Mention], finding: Finding, around: Surroundings) -> list[Mention]:
    """The mentions by their distance to a figure."""
    start, end = finding.start + around.offset, finding.unit_end + around.offset
    return sorted(mentions, key=lambda mention: _distance(mention.span, start, end))


def _distance(span: Span, start: int, end: int) -> int:
    return max(span.start - end, start - span.end, 0)


def slot_of(name: str, mentions: Sequence[Mention], step: str) -> Slot | None:
    """A slot with the labels of mentions, None if they have none."""
    chosen = [mention for mention in distinct(mentions) if mention.label is not None]
    if not chosen:
        return None
    return Slot(name, tuple(m.label for m in chosen), tuple(m.id for m in chosen), step, tuple(m.span for m in chosen))
