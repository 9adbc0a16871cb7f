"""Plain text: its shape alone tells titles, headings, lists and what stands under what."""

from __future__ import annotations

import pytest

from litclaims.ingest import from_text, lines
from litclaims.ingest.text import title_of
from litclaims.reading import extract_text


def blocks(text: str, suffix: str = ".txt") -> list[tuple[str, str]]:
    document = from_text(text, doc="a", suffix=suffix)
    return [(block.kind, document.text[block.span.start : block.span.end]) for block in document.blocks]


def path_of(text: str, wanted: str, suffix: str = ".txt") -> list[str]:
    """The texts of what a block stands under, outermost first."""
    document = from_text(text, doc="a", suffix=suffix)
    texts = [document.text[block.span.start : block.span.end] for block in document.blocks]
    index = next(i for i, found in enumerate(texts) if wanted in found)
    return [texts[i] for i in document.blocks[index].heading_path]


def test_a_short_first_line_is_the_title():
    document = from_text("Cells for the knee\n\nKnees hurt, and cells may help them for a while.\n", doc="a")
    assert document.title == "Cells for the knee"


def test_a_first_sentence_of_running_text_is_no_title():
    document = from_text("Knees hurt very often, and cells may help.\nThey are given once.\n", doc="a")
    assert document.title is None


@pytest.mark.parametrize(
    "text", ["TITLE: Cells for the knee\n\nThey help a lot.\n", "Title:\nCells for the knee\n\nThey help.\n"]
)
def test_a_labelled_title_is_read_without_its_label(text):
    assert from_text(text, doc="a").title == "Cells for the knee"


def test_a_line_without_a_stop_before_text_is_a_heading():
    text = "Cells are given into the knee by clinics.\nDosage\nWe give 5 million cells into it.\n"
    assert ("heading", "Dosage") in blocks(text)
    assert path_of(text, "5 million") == ["Dosage"]


def test_a_numbered_heading_is_a_heading_and_its_level_counts():
    text = "Cells are given into the knee by clinics.\n2.1 Doses given\nWe give 5 million cells into it.\n"
    document = from_text(text, doc="a")
    assert [block.level for block in document.blocks if block.kind == "heading"] == [2]


def test_a_line_that_ends_in_a_colon_leads_in_what_follows():
    text = (
        "Cells are given into muscles by clinics.\nDoses\nDoses depend on the size of the muscle:\n"
        "Small muscles: 2 million.\nLarge muscles: 9 million.\n"
    )
    assert path_of(text, "Large") == ["Doses", "Doses depend on the size of the muscle:"]


def test_an_item_heads_the_labelled_items_after_it():
    text = "Doses of cells\n- Knee injection\n- Dosage: 5 million\n- Back injection\n- Dosage: 9 million\n"
    assert path_of(text, "9 million")[-1] == "Back injection"
    assert path_of(text, "5 million")[-1] == "Knee injection"


def test_deeper_items_stand_under_the_item_above_them():
    text = "Doses of cells\n- Knee, once:\n  - 5 million cells\n  - no more\n- Back\n"
    assert path_of(text, "no more")[-1] == "Knee, once:"
    assert path_of(text, "Back") == []


def test_a_hard_wrapped_paragraph_is_one_block():
    line = "Cells were given into the knee of each patient on the first day of the"
    text = f"{line}\n{line}\nstudy and again.\n\n{line}\nstudy.\n"
    assert len([kind for kind, _ in blocks(text) if kind == "paragraph"]) == 2


def test_a_decimal_split_over_lines_is_one_block():
    text = (
        "Cells for the knee\n\n The patients will receive 0.\n\n3 x 10 8 cells in one dose.\n\n"
        " They will be seen again.\n"
    )
    assert any(found.endswith("x 10 8 cells in one dose.") and "0.\n\n3" in found for _, found in blocks(text))


def test_a_sentence_that_ends_in_a_number_is_not_joined_to_an_indented_one():
    text = "Cells for the knee\n\n The first stage had 15.\n\n 3 patients were seen again.\n"
    assert any(found == "3 patients were seen again." for _, found in blocks(text))


@pytest.mark.parametrize(
    "broken",
    [
        "4.\n\n10^6 cells",
        "1.\n\n5, 2.\n\n5 and 5 million cells",
        "0.\n\n5 or 1.\n\n0 x 10^6 cells",
        "(3 x 10^7 vs.\n\n 3 x 10^6 cells)",
    ],
)
def test_a_number_that_a_blank_line_split_in_a_power_a_list_or_a_comparison_is_one_block(broken):
    text = f"Cells for the knee\n\n They will all be given {broken} in one dose.\n\n They will be seen again.\n"
    assert any(found.endswith(f"{broken} in one dose.") for _, found in blocks(text))


@pytest.mark.parametrize("apart", ["15.\n\n10 patients were seen.", "2 vs.\n\n Women were seen."])
def test_a_full_stop_before_what_is_no_rest_of_a_number_parts_blocks(apart):
    text = f"Cells for the knee\n\n The first stage had {apart}\n\n They will be seen again.\n"
    assert any(found == apart.split("\n\n")[1].strip() for _, found in blocks(text))


def test_a_repeated_title_is_a_heading():
    title = "Cells in arthritis of the knee"
    text = f"{title}.\n\n They are given once here.\n\n {title}@mark\n\n They may help.\n"
    assert blocks(text)[2][0] == "heading"


@pytest.mark.parametrize("text", ["", "\n\n\n", "   ", "x", "-", "1.", "\r\n\r\n", "# ", ":", "a:\n"])
def test_a_text_of_next_to_nothing_is_read(text):
    document = from_text(text, doc="a")
    assert all(block.span.end <= len(text) for block in document.blocks)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_offsets_hold_whatever_the_line_ends(ends):
    text = ends.join(["Cells for the knee", "", "We give 5 million cells.", "- once", "- twice", ""])
    document = from_text(text, doc="a")
    found = [document.text[block.span.start : block.span.end] for block in document.blocks]
    assert found == ["Cells for the knee", "We give 5 million cells.", "once", "twice"]


@pytest.mark.parametrize(
    "line", ["- " * 50_000, " " * 200_000, "1" * 200_000, "a\n" * 50_000, "#" * 100_000, "*" * 100_000]
)
@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_hostile_lines_are_laid_out(line, suffix):
    document = from_text(line, doc="a", suffix=suffix)
    assert all(0 <= block.span.start <= block.span.end <= len(line) for block in document.blocks)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Some of the cells were seen in group 10.\n5 million cells were given to the rest.\n", 5_000_000),
        ("The p value was 0.\n\n3 million cells were given to the rest.\n", 3_000_000),
        ("They gave a dose of\n1.\n5 million cells were given to the rest.\n", 5_000_000),
    ],
)
def test_a_sentence_that_ends_in_a_number_is_not_joined_without_evidence(text, value):
    for suffix in ("", " "):
        whole = f"Cells for the knee\n\n{text}{suffix}"
        claims = extract_text(whole, doc="a").claims
        assert any(found.startswith(str(value)[0]) for _, found in blocks(whole))
        assert {claim.quantity.low for claim in claims} <= {value}


def test_a_joined_number_tells_of_its_repair():
    text = "Cells\n\n Patients were seen.\n\n They received 0.\n\n3 x 10^8 cells each.\n\n They left.\n"
    (claim,) = extract_text(text, doc="a").claims
    assert claim.quantity.low == 30_000_000
    assert "number joined over a line break" in claim.quantity.repairs


@pytest.mark.parametrize("found", ["Single dose", "Rat studies"])
def test_a_short_paragraph_does_not_repeat_the_title(found):
    title = "Cells in the knee: a study of a single"
    text = f"{title}\n\nThey are given once here, and they may help.\n\n{found}.\n\nThey may help a lot.\n"
    assert ("paragraph", f"{found}.") in blocks(text)


def test_a_long_sentence_that_ends_in_a_colon_leads_in_nothing():
    long = "Cells were given " + "very " * 40 + "often:"
    assert path_of(f"Cells are given into muscles by clinics.\n\n{long}\n\nWe give 5 million.\n", "5 million") == []
    short = "Cells were given " + "very " * 40 + "often. Doses were:"
    assert path_of(f"Cells are given into muscles by clinics.\n\n{short}\n\nWe give 5 million.\n", "5 million")


def test_the_work_on_wrapped_lines_grows_with_their_number(monkeypatch):
    line = "Cells were given into the knee of each patient on the first day of the\n"
    seen: list[int] = []
    monkeypatch.setattr(lines.Line, "words", property(lambda self: seen.append(len(self.text)) or 99))
    work = []
    for count in (500, 2_000):
        seen.clear()
        assert len(blocks(line * count)) == 1
        work.append(sum(seen))
    assert work[1] <= 4 * work[0] + 1_000


def test_a_long_wrapped_text_is_laid_out():
    line = "Cells were given into the knee of each patient on the first day of the\n"
    assert len(blocks(line * 4_000)) == 1


def test_lines_with_bars_are_the_rows_of_a_table():
    rows = "Trial | Route | Dose (x10^6 cells)\nA | intracoronary | 20 vs 200\nB | intravenous | 42 ± 9\n"
    text = f"Trials so far.\n\n{rows}\nEnd.\n"
    document = from_text(text, doc="a")
    dose = next(block for block in document.blocks if text[block.span.start : block.span.end] == "42 ± 9")
    heads = [text[document.blocks[index].span.start : document.blocks[index].span.end] for index in dose.heading_path]
    assert (dose.kind, dose.cell.row, dose.cell.column) == ("cell", 2, 2)
    assert heads == ["Dose (x10^6 cells)", "B", "intravenous"]
    assert document.blocks[-1].kind == "paragraph"


def test_one_line_with_bars_is_no_table():
    assert {block.kind for block in from_text("a | b | c\n\nText that follows it.\n", doc="a").blocks} <= {
        "title",
        "paragraph",
    }


BODY = "Patients received cells in one knee and were seen again after some weeks, when their pain was less.\n" * 20


@pytest.mark.parametrize(
    "head",
    [
        "Cells for the knee\n\n",
        "Cells of donor 5\n\n",
        "Cells of donor 5.\n\n",
        "Cells of donor 5.\n\n3 x 10 8 were given.\n\n",
        "  A dose of 0.\n\n3 x 10 8 cells.\n\n  It was well borne by all of them.\n\n",
        "Cells vs.\n\n5 million of others.\n\n",
        "Dose 5:\n\n",
        "5\n\n6\n\n",
        "Cells at 2 x 10\n6 cells/kg\n\n",
        "Cells of donor 5. They were given.\n\n",
    ],
)
def test_a_title_is_told_without_the_layout_as_with_it(head):
    text = head + BODY
    assert title_of(text) == from_text(text, doc="a").title


@pytest.mark.parametrize(
    "torn",
    ["100 × 10\n6 cells", "2.5 x 10\n6 cells/kg", "0.5–2 × 10\n3\ncells/kg", "0.5 × 10\n6\nUC-MSCs, three times"],
)
def test_an_exponent_that_a_line_break_tore_off_is_one_block_with_its_number(torn):
    assert torn in [found for _, found in blocks(f"One arm of the trial was given this.\n{torn}\nIntravenous")]


@pytest.mark.parametrize("whole", ["2 × 10\n\n6 cells", "Room 10\n6 cells", "2 × 10\n25 cells", "2 × 10\n6\n48 weeks"])
def test_a_ten_without_its_exponent_on_the_next_line_is_not_joined(whole):
    assert whole not in [found for _, found in blocks(f"One arm of the trial was given this.\n{whole}\nIntravenous")]


RULED = "Trial | Route | Dose | Ref |\n---|---|---|---|\n"


def heads_of(text: str, wanted: str) -> list[str]:
    return [head for head in path_of(text, wanted) if head in ("Trial", "Route", "Dose", "Ref")]


def test_rule_below_the_head_of_a_table_is_no_row_of_it():
    assert "---" not in [text for _, text in blocks(RULED + "A | IV | 5 | 1 |\nB | IM | 7 | 2 |\n")]


def test_row_of_a_table_that_a_line_break_cut_is_one_row():
    text = RULED + "A | IV |\n5 million | 1 |\nB | into\nthe knee | 7 million |\n2 |\nC | IM | 9 million | 3 |\n"
    assert heads_of(text, "5 million") == heads_of(text, "7 million") == heads_of(text, "9 million") == ["Dose"]
    assert heads_of(text, "into\nthe knee") == ["Route"]


def test_line_of_too_few_cells_without_a_rest_stays_a_row():
    text = RULED + "A | IV | 5 million |\nB | IM | 7 million | 2 |\n"
    assert heads_of(text, "5 million") == heads_of(text, "7 million") == ["Dose"]


def test_table_below_a_rule_ends_at_a_blank_line():
    text = RULED + "A | IV | 5 | 1 |\n\nLater | on |\nanother | table |\n"
    assert ("cell", "Later") in blocks(text)


def test_row_that_names_the_columns_again_heads_those_below():
    title = "Table 2. What was done.\n\nIt was done in two parts.\n\n"
    first = "First part | | |\nGroup | Site | Dose |\nA | knee | 5 |\n"
    rows = f"{title}{first}Second part | | |\nGroup | Route | Dose |\nB | IV | 7 |\n"
    assert "Site" in path_of(rows, "knee")
    assert "Route" in path_of(rows, "IV")
    assert "Site" not in path_of(rows, "IV")
    assert "A" not in path_of(f"{title}First part | | |\nA | knee | 5 |\nB | hip | 7 |\n", "hip")


def test_lines_of_a_bar_alone_are_empty_cells_of_their_row():
    text = (
        f"{RULED.replace('---|', '---|---|---|', 1).replace('Ref', 'Why | How | Ref')}A | IV | 5 million |\n|\n|\n1 |\n"
    )
    assert heads_of(text, "5 million") == ["Dose"]
    assert heads_of(f"{text}B | IM | 7 million | so | thus | 2 |\n", "7 million") == ["Dose"]
    assert ("cell", "1") in blocks(text)


def test_signs_before_a_line_make_it_a_heading():
    text = "## A record of cells\n\nThey came.\n\n### 2.3 results, in short.\n\nIt was good.\n\n#5 was lost, alas.\n"
    assert blocks(text) == [
        ("title", "A record of cells"),
        ("paragraph", "They came."),
        ("heading", "2.3 results, in short."),
        ("paragraph", "It was good."),
        ("paragraph", "#5 was lost, alas."),
    ]
    assert path_of(text, "good") == ["2.3 results, in short."]


@pytest.mark.parametrize(
    ("rule", "heads"),
    [
        ("---|---|---|---|", ["Author", "Cases", "Cells", "Route"]),
        ("---|---|---|", []),  # another number of columns: the lines may be a row and its notes
    ],
)
def test_lines_above_a_rule_that_have_its_cells_together_are_one_row_of_heads(rule, heads):
    row = "Ames, Kiel | 12 | 4 million | vein |\n"
    document = from_text(f"What was tried.\nAuthor | Cases |\nCells |\nRoute |\n{rule}\n{row}{row}", doc="made.txt")
    told = [block for block in document.blocks if block.cell is not None and block.cell.row == 0]
    found = [document.text[block.span.start : block.span.end] for block in told]
    assert (found == heads) is bool(heads)


@pytest.mark.parametrize(
    ("lines", "rows"),
    [
        (("MSCs", "Rats", "vein", "4 million", "Ames et al. (7)"), 2),
        (("Ames et al. [7]", "MSCs", "Rats", "vein"), 2),
        (("MSCs", "Rats", "vein", "4 million"), 0),  # nothing tells where a row ends
        (("MSCs", "Ames et al. (7)"), 0),
    ],
)
def test_cells_on_lines_are_rows_where_works_stand_at_even_distances(lines, rows):
    text = "".join(f"{line} |\n" for line in (*lines, *lines))
    cells = [block.cell for block in from_text(text, doc="made.txt").blocks if block.cell is not None]
    assert len({cell.row for cell in cells}) == rows
    assert {cell.column for cell in cells if cell.header} <= {0}
