"""Markdown: the marks tell the outline, and stay in the text, so that offsets are the file's own."""

from __future__ import annotations

import pytest

from litclaims.ingest import from_text
from litclaims.model import Cell
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


def test_a_table_is_cells_under_their_headers_and_beside_the_texts_of_their_row():
    document = read("Doses:\n\n| Dose | Route |\n|---|:-:|\n| 5 million \\| once | IV |\n")
    assert [found for _, found in texts(document)] == ["Doses:", "Dose", "Route", "5 million \\| once", "IV"]
    dose = document.blocks[3]
    assert (dose.kind, dose.cell) == ("cell", Cell(0, 1, 0, header=True))
    assert [texts(document)[index][1] for index in dose.heading_path] == [
        "Doses:",
        "Dose",
        "IV",
    ]


def test_a_line_with_a_bar_alone_is_no_table():
    assert texts(read("a | b\n")) == [("paragraph", "a | b")]


def test_an_underlined_line_is_a_heading():
    assert texts(read("Doses\n=====\n\ntext\n"))[0] == ("title", "Doses")


def test_the_view_hides_marks_and_keeps_length():
    text = "We give **40–200M** _cells_ `once` per [session](http://x.example/a)."
    seen = view(text, markdown=True)
    assert len(seen) == len(text)
    assert seen.split() == ["We", "give", "40–200M", "cells", "once", "per", "session", "."]


def test_the_view_keeps_powers_and_products():
    assert view("10**6 and 2*10^6 and 2 * 10 6", markdown=True) == "10**6 and 2*10^6 and 2 * 10 6"


@pytest.mark.parametrize(
    "opener",
    ["---\n\n", "---\ntitle: x\n", "```\n", "~~~ x\n", "````\n```\n", "```\n~~~\n", "``` `a`\n```\n", "<!-- a\n"],
)
def test_markup_that_is_never_closed_drops_nothing(opener):
    assert any("5 million" in found for _, found in texts(read(f"{opener}We give 5 million.\n")))


@pytest.mark.parametrize(
    "hidden",
    [
        "```\n9 million\n```\n",
        "~~~~ x\n~~~\n9 million\n~~~~~\n",
        "<!-- a\n\n9 million\n--> ",
        "---\na: 9 million\n...\n",
    ],
)
def test_markup_that_is_closed_is_left_out_and_the_rest_is_text(hidden):
    assert texts(read(f"{hidden}seen\n")) == [("paragraph", "seen")]


def test_code_between_two_lines_parts_them():
    assert texts(read("one\n```\n9 million\n```\ntwo\n")) == [("paragraph", "one"), ("paragraph", "two")]


@pytest.mark.parametrize("empty", ["##", "# #", "## ##"])
def test_an_empty_heading_is_no_block_and_takes_no_line_with_it(empty):
    assert texts(read(f"one\n{empty}\ntwo\n")) == [("paragraph", "one"), ("paragraph", "two")]


def test_seven_marks_are_text_and_a_row_before_a_rule_is_no_heading():
    assert texts(read("####### x\n")) == [("paragraph", "####### x")]
    assert texts(read("| Dose | Route |\n---\n")) == [("paragraph", "| Dose | Route |")]


def test_closing_marks_are_no_part_of_a_heading():
    assert [found for _, found in texts(read("# A ##\n\n## C#\n"))] == ["A", "C#"]


@pytest.mark.parametrize(
    "text", ["|" * 200_000 + "x", "# a" + " #" * 100_000 + "b", "```a\n" * 40_000, "<!-- a\n" * 28_000, "ab\n" * 66_000]
)
def test_hostile_markdown_is_laid_out_and_nothing_is_lost(text):
    assert texts(read(text))[-1][1].endswith(text.rstrip()[-1])
