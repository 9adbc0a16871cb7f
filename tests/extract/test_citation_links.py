"""Markers lead to the entries that the article itself links them to, whatever way they are printed in."""

from __future__ import annotations

from pathlib import Path

import pytest

from litclaims import ingest
from litclaims.extract.citation import (
    CitationMark,
    attach,
    document_style,
    find_citations,
    keys,
    known_markers,
    linked_marks,
    preferring,
    resolve,
)
from litclaims.extract.reference import find_references, reference_blocks, reference_spans
from litclaims.model import Block, Document, Link, Reference, Span
from litclaims.reading import extract_document
from printed import MARKERS, apa, article, cited, listed, marked, reprinted, vancouver

SHARED = Path(__file__).resolve().parents[3] / "shared"
PAPERS = sorted(SHARED.glob("papers/*.nxml"))

SHARES = {"round": (0.98, 0.93), "glued": (0.98, 0.89), "bare": (0.98, 0.83)}
"""Precision and recall of the forms that also mean something else; the other forms are sure. Recall is
lost to lists of criteria whose numbers the articles link, and to sentences that have a marker for their subject."""

FEW = PAPERS[2:6]
"""For the forms that are sure: all of them are read alike."""

pytestmark = pytest.mark.filterwarnings("error")


def links_found(text: str, lines: list[str]) -> list[tuple[int, int, frozenset[int]]]:
    """Start, end and entries (by place in the list) of each mark of a text above its list."""
    document = ingest.from_text("\n".join([text.rstrip(), "", "References", *lines, ""]), doc="made.txt")
    references = find_references(document)
    skipped, known = reference_blocks(document), known_markers(references)
    blocks = [block for index, block in enumerate(document.blocks) if index not in skipped]
    texts = [document.text[block.span.start : block.span.end] for block in blocks]
    style = document_style(texts, known_markers=known)
    return [
        (
            block.span.start + mark.span.start,
            block.span.start + mark.span.end,
            frozenset(references.index(entry) for one in mark.markers if (entry := resolve(one, references))),
        )
        for block, inner in zip(blocks, texts, strict=True)
        for mark in find_citations(inner, known_markers=known, style=style)
        if mark.rule not in ("doi", "pmid")
    ]


def right(found: list, start: int, end: int, wanted: frozenset[int]) -> bool:
    hits = [entries for left, stop, entries in found if left < end and start < stop]
    return bool(hits) and frozenset().union(*hits) == wanted


@pytest.mark.skipif(not PAPERS, reason="the shared data is not here")
def test_markers_of_real_articles_lead_to_their_entries():
    wanted = linked = 0
    for path in PAPERS:
        root, text = article(path), path.with_suffix(".txt").read_text(encoding="utf-8")
        entries = cited(root)
        places = {entry.key: place for place, entry in enumerate(entries)}
        order = [entry.get("id", "") for entry in root.iter("ref")]
        found = links_found(text, [vancouver(entry, order.index(entry.key) + 1) for entry in entries])
        for at, names in marked(root, text):
            if all(name in places for name in names):
                wanted += 1
                linked += right(found, at, at + 8, frozenset(places[name] for name in names))
    assert wanted > 250
    assert linked / wanted >= 0.92


@pytest.mark.skipif(not PAPERS, reason="the shared data is not here")
@pytest.mark.parametrize("way", MARKERS)
def test_a_marker_is_linked_whatever_way_it_is_printed(way):
    wanted = found_all = linked = 0
    for path in PAPERS if way in (*SHARES, "author year") else FEW:
        root = article(path)
        order = [entry.get("id", "") for entry in root.iter("ref")]
        if way == "author year" and len(cited(root)) < len(order):
            continue
        text, places = reprinted(root, way)
        found = links_found(text, listed(root, apa if way == "author year" else vancouver))
        wanted += len(places)
        found_all += len(found)
        linked += sum(
            right(found, start, end, frozenset(order.index(name) for name in names)) for start, end, names in places
        )
    precision, recall = SHARES.get(way, (0.98, 0.98))
    assert wanted > 100
    assert linked / found_all >= precision
    assert linked / wanted >= recall


def entry(number: int, **fields) -> Reference:
    return Reference(f"d#{number}", "d", f"entry {number}", Span(0, 1), key=f"B{number}", **fields)


LISTED = tuple(entry(number, marker=str(number), doi=f"10.1000/{number}") for number in range(1, 10))


def test_a_link_wins_over_what_the_text_looks_like():
    text = "Cells were given to 12 patients3 and 5."
    at = text.index("3 and")
    linked = linked_marks([Link(Span(at, at + 1), "bibr", ("B7",))], LISTED, text)
    assert linked == (CitationMark(Span(at, at + 1), ("7",), "link"),)
    looks = (CitationMark(Span(at - 1, at + 1), ("3",), "glued"), CitationMark(Span(0, 4), ("1",), "bracket"))
    assert [mark.rule for mark in preferring(looks, linked)] == ["bracket", "link"]


@pytest.mark.parametrize(
    ("text", "targets", "markers"),
    [
        ("seen [5–8] so", ("B5", "B8"), ("5", "6", "7", "8")),
        ("seen [5],[8] so", ("B5", "B8"), ("5", "8")),
        ("seen [5, 8] so", ("B5", "B8"), ("5", "8")),
    ],
)
def test_links_side_by_side_are_one_mark(text, targets, markers):
    places = [index for index, character in enumerate(text) if character.isdigit()]
    links = [Link(Span(at, at + 1), "bibr", (one,)) for at, one in zip(places, targets, strict=True)]
    (mark,) = linked_marks(links, LISTED, text)
    assert mark.markers == markers


def test_a_link_to_a_figure_is_no_citation_and_its_digits_no_figure():
    (mark,) = linked_marks([Link(Span(4, 10), "fig", ("F3",))], LISTED, "see Fig. 3 now")
    assert mark.markers == ()
    assert attach(Span(0, 3), Span(0, 14), [mark]) == ()


def test_a_link_to_an_entry_without_number_is_named_by_its_key():
    unnumbered = (entry(1, first_author="Doe J", year=2008, pmid="77"),)
    (mark,) = linked_marks([Link(Span(0, 4), "bibr", ("B1",))], unnumbered, "text")
    assert keys(mark.markers, unnumbered) == ("pmid:77",)
    assert keys(("B9",), unnumbered) == ()


def test_a_year_with_a_letter_leads_to_the_entry_that_prints_it():
    twins = tuple(
        Reference(letter, "d", f"Doe J. ({year}). Cells.", Span(0, 1), first_author="Doe J", year=2008, title=letter)
        for letter, year in (("a", "2008a"), ("b", "2008b"))
    )
    assert resolve("Doe 2008b", twins) is twins[1]
    assert resolve("Doe 2008", twins) is None
    assert resolve("Doe 2008a", twins[1:]) is twins[1]


def test_the_entries_of_the_format_are_taken_as_they_are():
    text = "Forty patients were given 5 million cells8 each.\n\nDoe J, Roe B. On cells. J Made. 2011;2:3."
    body, listed = Span(0, text.index("\n")), Span(text.index("Doe"), len(text))
    given = Reference("", "", text[listed.start :], listed, marker="8", key="B8")
    at = text.index("8 each")
    document = Document(
        "made.xml",
        "made.xml",
        "application/xml",
        text,
        "0" * 64,
        blocks=(Block("paragraph", body), Block("paragraph", listed)),
        links=(Link(Span(at, at + 1), "bibr", ("B8",)),),
        references=(given,),
    )
    (found,) = find_references(document)
    assert (found.ref_id, found.key, found.title, found.journal) == ("made.xml#ref-8", "B8", "On cells", "J Made")
    assert reference_blocks(document) == {1}
    assert reference_spans(document) == (listed,)
    doses = [claim for claim in extract_document(document).claims if claim.measure == "cell_dose"]
    assert [(claim.figure, claim.citations) for claim in doses] == [("5 million", ("8",))]
