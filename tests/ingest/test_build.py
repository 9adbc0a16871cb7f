"""Blocks from runs: white space, superscripts, places in the original, tables."""

import pytest

from litclaims.errors import InputError
from litclaims.ingest.build import MAX_CHARACTERS, Builder, Run
from litclaims.ingest.grid import MAX_HEADS, Entry, add_table
from litclaims.ingest.outline import ITEM
from litclaims.ingest.raised import BRACKETED, EXPONENT, raise_text
from litclaims.model import Origin, Repair, Span


@pytest.mark.parametrize(
    ("before", "raised", "expected", "repair"),
    [
        ("2 × 10", "6", "⁶", EXPONENT),
        ("2 × 10 ", "6", "⁶", EXPONENT),
        ("10", "−3", "⁻³", EXPONENT),
        ("10", "12", "¹²", EXPONENT),
        ("110", "6", "⁶", ""),
        ("5 cm", "2", "²", ""),
        ("cells cm", "-2", "⁻²", ""),
        ("stem cells", "12,13", "¹²,¹³", ""),
        ("in patients.", "5–8", "⁵–⁸", ""),
        ("in mice", "2", "²", ""),
        ("the 5", "th", "th", ""),
        ("CD34", "+", "+", ""),
        ("kg bw", "−1", "⁻¹", ""),
        ("cells.", "-1", "-¹", ""),
        ("2.5", "a", "ᵃ", ""),
        ("2.5", "a, b", "ᵃ, ᵇ", ""),
        ("Trademark", "TM", "TM", ""),
    ],
)
def test_superscript_is_a_power_after_ten_or_a_unit_and_a_mark_after_a_word(before, raised, expected, repair):
    assert raise_text(before, raised) == (expected, repair)


@pytest.mark.parametrize("before", ["on day 10", "5 cells/kg", "2 × 10⁶"])
def test_linked_superscript_that_would_read_as_a_power_is_put_in_brackets(before):
    assert raise_text(before, "6", linked=True) == (" [6]", BRACKETED)


def test_linked_superscript_after_a_word_stays_raised_and_one_in_brackets_is_plain():
    assert raise_text("stem cells", "6", linked=True) == ("⁶", "")
    assert raise_text("stem cells [", "6", linked=True) == ("6", "")


def test_second_superscript_is_no_further_digit_of_the_power_before_it():
    assert raise_text("2 × 10⁶", "12") == (" [12]", BRACKETED)
    assert raise_text("2 × 10", "612") == (" [612]", BRACKETED)


@pytest.mark.parametrize(("before", "raised"), [("5 × 10⁶ cells/kg", "12"), ("cells/kg", "2"), ("in 2 mL", "3")])
def test_superscript_after_a_mass_or_a_volume_is_a_mark_for_neither_is_squared(before, raised):
    assert raise_text(before, raised) == (f" [{raised}]", BRACKETED)


def test_exponent_that_the_format_splits_is_one():
    builder = Builder("made")
    builder.add("paragraph", [Run("2 × 10"), Run("1", raised=True), Run("2", raised=True), Run(" cells")])
    assert builder.layout().text == "2 × 10¹² cells"


def test_white_space_is_collapsed_over_runs_and_none_is_left_before_an_exponent():
    builder = Builder("made")
    builder.add("paragraph", [Run("  We gave\n 2 × 10 "), Run(" 6 ", raised=True), Run("  cells\t"), Run(" ")])
    layout = builder.layout()
    assert layout.text == "We gave 2 × 10⁶ cells"
    assert layout.repairs == (Repair(Span(14, 15), EXPONENT),)


def test_block_without_characters_is_left_out():
    builder = Builder("made")
    assert builder.add("paragraph", [Run(" \n")]) is None
    assert builder.add("paragraph", "text") == 0
    assert [block.span for block in builder.layout().blocks] == [Span(0, 4)]


def test_origins_join_where_the_element_is_the_same_and_lead_back():
    builder = Builder("made")
    builder.add("paragraph", [Run("one ", path="/p[1]"), Run("two", path="/p[1]"), Run(" three", path="/p[1]/b")])
    assert builder.layout().origins == (Origin(Span(0, 7), path="/p[1]"), Origin(Span(7, 13), path="/p[1]/b"))


def test_heading_path_of_a_cell_is_its_section_caption_column_headers_and_label():
    builder = Builder("made")
    builder.add("heading", "Results", level=1)
    rows = [
        [entry("Arm"), entry("Dose (×10⁶ cells/kg)")],
        [entry("Intravenous")],
        [entry("Low"), entry("2")],
        [entry("High"), entry("5")],
    ]
    add_table(builder, rows, number=0, caption="Table 1. Doses", footnotes=["a: per session"])
    builder.add("paragraph", "After the table.")
    layout = builder.layout()
    paths = {
        layout.text[block.span.start : block.span.end]: [
            layout.text[layout.blocks[head].span.start : layout.blocks[head].span.end] for head in block.heading_path
        ]
        for block in layout.blocks
    }
    assert paths["5"] == ["Results", "Table 1. Doses", "Dose (×10⁶ cells/kg)", "Intravenous", "High"]
    assert paths["Low"] == ["Results", "Table 1. Doses", "Arm", "Intravenous"]
    assert paths["After the table."] == ["Results"]
    assert "Low | 2\nHigh | 5" in layout.text


def test_spans_of_headers_reach_all_their_columns_and_rows():
    builder = Builder("made")
    rows = [
        [entry("", header=True), Entry((Run("Dose"),), header=True, colspan=2)],
        [entry("", header=True), entry("Knee", header=True), entry("Hip", header=True)],
        [Entry((Run("Arm A"),), header=True, rowspan=2), entry("1"), entry("2")],
        [entry("3"), entry("4")],
    ]
    add_table(builder, rows, number=0)
    layout = builder.layout()
    texts = [layout.text[block.span.start : block.span.end] for block in layout.blocks]
    heads = [[texts[head] for head in block.heading_path] for block in layout.blocks]
    assert heads[texts.index("4")] == ["Dose", "Hip", "Arm A"]
    assert heads[texts.index("1")] == ["Dose", "Knee", "Arm A"]


def test_heads_of_a_cell_are_bounded_however_many_rows_are_headers():
    builder = Builder("made")
    add_table(builder, [[entry("a", header=True), entry("b", header=True)] for _ in range(60)], number=0)
    assert max(len(block.heading_path) for block in builder.layout().blocks) == MAX_HEADS


def test_footnotes_that_links_point_to_are_the_notes_of_their_block():
    builder = Builder("made")
    builder.add("paragraph", [Run("2.5"), Run("a", raised=True, kind="fn", targets=("f1", "f9"))])
    builder.add("footnote", "Per session.")
    builder.link_notes({"f1": 1})
    assert [block.notes for block in builder.layout().blocks] == [(1,), ()]


def test_what_a_block_closes_heads_nothing_behind_it():
    builder = Builder("made")
    for level, text in enumerate(("A", "B"), 1):
        builder.add("heading", text, level=level)
    builder.close(2)
    builder.add("paragraph", "Under A.")
    builder.add("list_item", "Knee", nesting=1)
    builder.add("list_item", "5 million", nesting=2)
    builder.close(ITEM)
    builder.add("paragraph", "Behind the list.")
    assert [block.heading_path for block in builder.layout().blocks] == [(), (0,), (0,), (0,), (0, 3), (0,)]


def test_blank_that_is_raised_with_a_digit_stays_a_blank():
    builder = Builder("made")
    builder.add("paragraph", [Run("10"), Run("6 ", raised=True), Run("cells"), Run(" ", raised=True), Run("x")])
    builder.add("paragraph", [Run("10"), Run("1", raised=True), Run("2 ", raised=True), Run("cells")])
    assert builder.layout().text == "10⁶ cells x\n\n10¹² cells"


def test_table_that_claims_more_cells_than_any_document_has_is_refused():
    rows = [[Entry((Run("x"),), rowspan=1000, colspan=1000)] for _ in range(1000)]
    with pytest.raises(InputError, match="table"):
        add_table(Builder("made"), rows, number=0)


def test_text_beyond_the_limit_is_refused():
    builder = Builder("made")
    with pytest.raises(InputError, match="characters"):
        builder.add("paragraph", "x" * (MAX_CHARACTERS + 1))


def entry(text, *, header=False):
    return Entry((Run(text),), header=header)
