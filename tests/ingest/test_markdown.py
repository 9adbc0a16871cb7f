"""Markdown: the marks tell the outline, and stay in the text, so that offsets are the file's own."""

from __future__ import annotations

from litclaims.ingest import from_text
from litclaims.segment import view


def read(text: str):
    return from_text(text, doc="a", suffix=".md")


def texts(document) -> list[tuple[str, str]]:
    return [(block.kind, document.text[block.span.start : block.span.end]) for block in document.blocks]


def test_the_first_top_heading_is_the_title():
    document = read("# Cells\n\n## Doses\n\nWe give 5 million.\n")
    assert document.title == "Cells"
    assert texts(document) == [("title", "Cells"), ("heading", "Doses"), ("paragraph", "We give 5 million.")]


def test_headings_nest_by_rank():
    document = read("# A\n\n## B\n\n### C\n\nfirst\n\n## D\n\nsecond\n")
    path = {
        found: [texts(document)[i][1] for i in block.heading_path]
        for block, (_, found) in zip(document.blocks, texts(document), strict=True)
    }
    assert path["first"] == ["B", "C"]
    assert path["second"] == ["D"]


def test_nested_items_stand_under_their_item():
    document = read("- Knee\n  - Dosage: 5 million\n- Back\n  - Dosage: 9 million\n")
    last = document.blocks[-1]
    assert [texts(document)[i][1] for i in last.heading_path] == ["Back"]
    assert last.level == 2


def test_a_paragraph_of_several_lines_is_one_block():
    assert texts(read("We give\n5 million\ncells.\n")) == [("paragraph", "We give\n5 million\ncells.")]


def test_code_front_matter_and_comments_are_no_text():
    document = read("---\ntitle: x\n---\n# A\n\n```\n5 million cells injected\n```\n\n<!-- hidden -->\n\nseen\n")
    assert texts(document) == [("title", "A"), ("paragraph", "seen")]


def test_a_table_row_is_a_block_and_its_rule_is_none():
    document = read("| Dose | Route |\n|---|---|\n| 5 million | IV |\n")
    assert [found for _, found in texts(document)] == ["| Dose | Route |", "| 5 million | IV |"]


def test_an_underlined_line_is_a_heading():
    assert texts(read("Doses\n=====\n\ntext\n"))[0] == ("title", "Doses")


def test_the_view_hides_marks_and_keeps_length():
    text = "We give **40–200M** _cells_ `once` per [session](http://x.example/a)."
    seen = view(text, markdown=True)
    assert len(seen) == len(text)
    assert seen.split() == ["We", "give", "40–200M", "cells", "once", "per", "session", "."]


def test_the_view_keeps_powers_and_products():
    assert view("10**6 and 2*10^6 and 2 * 10 6", markdown=True) == "10**6 and 2*10^6 and 2 * 10 6"
