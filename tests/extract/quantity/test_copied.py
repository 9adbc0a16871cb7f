"""Doses of tables that were copied as text, one row a line or one cell a line."""

from __future__ import annotations

import pytest

from litclaims import reading
from litclaims.extract.quantity.copied import NONE, head_of
from litclaims.ingest import from_text


def doses(text: str) -> list[tuple[str, float, str]]:
    claims = reading.extract_document(from_text(text, doc="made.txt")).claims
    return [
        (claim.figure, float(claim.quantity.high), claim.quantity.unit)
        for claim in claims
        if claim.measure.endswith("_dose")
    ]


ROWS = (
    "Table 2.\n\nWhat was tried in hearts.\n\n{}\n"
    "Ames, 2004 [3] 12 Marrow 40 × 10^6 24 Better\n"
    "Bell, 2006 [4] 15 Blood 9 ± 2 × 10^7 12 None\n"
)
HEAD = "Author, year Patients Source {} Follow-up Outcome"


@pytest.mark.parametrize(
    ("column", "unit"),
    [
        ("Cell dose", "cell"),
        ("Dose of MSCs", "cell"),
        ("Cell dose per kg", "cell/kg"),
        ("Dosage (cells/kg)", "cell/kg"),
    ],
)
def test_line_that_names_the_columns_gives_the_unit_of_the_powers_below(column, unit):
    found = [(high, name) for _, high, name in doses(ROWS.format(HEAD.format(column)))]
    assert found == [(4e7, unit), (9e7, unit)]


@pytest.mark.parametrize(
    "column",
    ["Cells harvested Cell dose", "CD34+ count Dose", "Virus dose", "Volume", "Dose (mL)", "Cell dose (×10^6 cells)"],
)
def test_rows_without_one_column_of_given_cells_hold_no_dose(column):
    assert doses(ROWS.format(HEAD.format(column))) == []


def test_sentence_above_the_rows_names_no_columns():
    assert doses(ROWS.format("We looked for the cell dose in 12 studies of patients and their outcome.")) == []


def test_blank_line_ends_the_rows_below_a_head():
    text = ROWS.format(HEAD.format("Cell dose")).replace("better\n", "better\n\n").replace("Better\n", "Better\n\n")
    assert [figure for figure, *_ in doses(text)] == ["40 × 10^6"]


def test_cells_of_a_row_are_given_where_the_head_says_dose():
    text = ROWS.format(HEAD.format("Cell dose")).replace("40 × 10^6", "40 × 10^6 CD34+ cells")
    assert [figure for figure, *_ in doses(text)] == ["40 × 10^6", "9 ± 2 × 10^7"]
    assert doses(text.replace("Cell dose", "Volume")) == []


def test_plain_cells_of_a_row_are_left_open_under_a_head_per_weight():
    text = ROWS.format(HEAD.format("Cell dose per kg")).replace("40 × 10^6", "40 × 10^6 MSCs")
    assert [unit for *_, unit in doses(text)] == ["cell/kg"]


def test_row_that_speaks_of_weight_takes_no_plain_unit_from_the_head():
    text = ROWS.format(HEAD.format("Cell dose")).replace("24 Better", "24 Better than 2 × 10^6/kg")
    assert ("40 × 10^6", 4e7, "cell") not in doses(text)


def test_two_powers_far_apart_in_a_row_take_no_unit_from_the_head():
    text = ROWS.format(HEAD.format("Cell dose"))
    text = text.replace("24 Better", "24 Better than before, and the antibodies of most had grown to 5 × 10^6 2")
    assert [figure for figure, *_ in doses(text)] == ["9 ± 2 × 10^7"]


LINES = (
    "Table 3 What was tried in knees\n\nDesign\n\nSource\n\n{}\n\nInfusions\n\nTime of MSCs infusion after relapse\n\n"
    "Outcome\n\n12\n\nMarrow\n\n4 × 10^7\n\n2\n\nBetter\n\n15\n\nFat\n\n1 × 10^6 (9) 3 × 10^6 (5)\n\n1\n\nNone\n"
)


@pytest.mark.parametrize(("column", "unit"), [("Dosage (cells)", "cell"), ("Dose of MSCs (cells/kg)", "cell/kg")])
def test_line_that_names_a_column_gives_the_unit_of_the_powers_on_lines_of_their_own(column, unit):
    assert [(high, name) for _, high, name in doses(LINES.format(column))] == [(4e7, unit), (1e6, unit), (3e6, unit)]


def test_column_of_a_harvest_leaves_the_lines_below_open():
    assert "cell/kg" not in {unit for *_, unit in doses(LINES.format("Cells harvested\n\nDose of MSCs (cells/kg)"))}


def test_list_on_a_line_is_a_dose_for_each_arm():
    text = LINES.format("Dosage (cells)").replace("4 × 10^7", "1, 2 and 5 × 10^7")
    assert [high for _, high, _ in doses(text)][:3] == [1e7, 2e7, 5e7]


def test_arm_on_a_line_of_its_own_counts_the_cells_that_the_head_names():
    head = "Author Source Cell dose (×10^6 cells) Treatment Outcome"
    text = f"Table 1.\n\nEffects of culture-expanded cells on knees\n\n{head}\nAmes [4] Fat 10, 50 injected once\n\n"
    assert [figure for figure, *_ in doses(f"{text}12 (50 × 10^6 dose);\n\n3 (10 × 10^6 dose)\n")] == [
        "50 × 10^6",
        "10 × 10^6",
    ]


def test_running_text_has_no_head():
    text = "Table 1 shows the cell dose of each.\n\nThe dose was low. We gave 4 × 10^6 MSCs to all of them twice.\n"
    document = from_text(text, doc="made.txt")
    assert head_of(text, document.blocks, len(document.blocks) - 1) == NONE


def test_medians_below_the_label_of_their_row_take_its_unit_and_a_p_value_does_not():
    text = (
        "Table 1.\n\nThose who were treated.\n\nOlder\n\nYounger\n\nP\n\n"
        "T cells infused, median (range), ×10^6 cells per kg\n1.5 (0.2-5.1)\n1.7 (0.1-4.6)\n.40\n"
    )
    assert [(figure, high) for figure, high, _ in doses(text)] == [
        ("1.5", 1.5e6),
        ("0.2-5.1", 5.1e6),
        ("1.7", 1.7e6),
        ("0.1-4.6", 4.6e6),
    ]
    assert {unit for *_, unit in doses(text)} == {"cell/kg"}
    assert [figure for figure, *_ in doses(text.replace("(range)", "(IQR)"))] == ["1.5", "1.7"]
    assert doses(text.replace("T cells infused, median (range), ×10^6 cells per kg", "Age, median (range), y")) == []


@pytest.mark.parametrize("work", ["Ames/2004", "Ames, 2004,", "Ames 2004", "2004", "Ames et al. 2004"])
def test_year_of_a_work_counts_no_cells_named_later_in_its_row(work):
    text = ROWS.format(HEAD.format("Cell dose")).replace("Ames, 2004 [3] 12 Marrow", f"{work} Spain 12 UC-MSCs")
    assert 2004 not in {high for _, high, _ in doses(text)}


def test_number_that_could_be_a_year_counts_the_cells_right_behind_it():
    assert [high for _, high, _ in doses("Rats were injected with 2000 cells into the brain.")] == [2000]
    assert [high for _, high, _ in doses("At Lenox/2000 cells were injected into the brain.")] == []


@pytest.mark.parametrize("scale", ["× 106 cells/kg", "x 10^6 cells/kg", "×10⁶ cells"])
def test_power_in_the_label_of_a_row_is_no_dose_of_its_own(scale):
    assert 1e6 not in {high for _, high, _ in doses(f"Visits 1st 2nd\nCell dose ({scale}) 2.0 3.0\nAge 4 5\n")}


def test_power_without_a_factor_is_a_dose():
    assert {high for _, high, _ in doses("Patients received 10^6 MSCs/kg (106 cells/kg).")} == {1e6}


LABELLED = "Table 1.\n\nWhat the infants got.\n\n{}\n{}\nAge (days) 5.1 ± 1.2 6.3 ± 1.4 .40\n"


@pytest.mark.parametrize(
    ("head", "row", "found"),
    [
        ("Visit 1 Visit 2", "Cell dose (×10^6 cells/kg) 2.0 3.5", [2e6, 3.5e6]),
        ("Infants 1st 2nd", "Cell dose (×106 cells/kg) 2.0 3.5", [2e6, 3.5e6]),
        ("Boys Girls P", "CD34+ cells infused (×10^6/kg) 5.2 ± 1.3 4.8 ± 1.1 0.43", [5.2e6, 4.8e6]),
        ("Boys Girls P", "MSCs infused, median (IQR), ×10^6/kg 5.2 (2–9) 4.8 (2–8) .43", [5.2e6, 4.8e6]),
        ("Variable N Mean SD", "Cell dose (×10^6/kg) 12 5.2 1.3", []),
        ("Boys Girls P", "Cell dose (×10^6/kg) 5.2 4.8 1.0", []),
        ("Visit 1 Visit 2", "Cell dose (×10^6/kg) 5.2 4.8 1.0", []),
        ("Boys Girls P", "CD34+ cells harvested (×10^6/kg) 5.2 ± 1.3 4.8 ± 1.1", []),
        ("Boys Girls P", "CD34+ cells (×10^6/kg) 5.2 ± 1.3 4.8 ± 1.1", []),
    ],
)
def test_row_takes_the_unit_of_its_own_label_for_values_that_are_surely_doses(head, row, found):
    assert [high for _, high, _ in doses(LABELLED.format(head, row))] == found


def test_medians_behind_the_number_of_a_treatment_take_the_label_above_them():
    label = "CD3+ cell dose [× 10-6/kg BW]: median (range)"
    text = LABELLED.format(label, "First DLI 0.7 (0.2–2.3) 0.8 (0.2–3.6)\nTime to cure 28 (14–178) 22 (7–147)")
    assert [high for _, high, _ in doses(text)] == [7e5, 2.3e6, 8e5, 3.6e6]
    assert doses(text.replace("CD3+ cell dose [× 10-6/kg BW]", "Interval [days]")) == []


OVER_LINES = (
    "Table 2.\n\nWhat became of them\n\nID {} Time to relapse Day 28 response\n(% blasts)\nDay 90 response Status\n"
)


def test_head_that_goes_on_over_lines_gives_the_unit_of_the_powers_below():
    rows = "7 1.9 × 10^8 20 d CR CR Well\n9 2.2 × 10^8 18 d PR NA Died\n"
    assert [high for _, high, _ in doses(OVER_LINES.format("NK cell dose* (total cells)") + rows)] == [1.9e8, 2.2e8]
    assert doses(OVER_LINES.format("NK cells harvested") + rows) == []


def test_number_before_a_power_may_be_its_mean_where_no_column_stands_before_the_doses():
    head = OVER_LINES.format("").replace("ID ", "Cell dose Study")
    assert doses(f"{head}7 1.9 × 10^8 20 d CR CR Well\n") == []


@pytest.mark.parametrize(("behind", "found"), [("HA", [4e7]), ("PV", [4e7]), ("PFU", []), ("mg", [])])
def test_column_behind_a_power_without_a_unit_is_no_unit(behind, found):
    text = ROWS.format(HEAD.format("Cell dose")).replace("40 × 10^6 24", f"40 × 10^6 {behind} 24")
    assert [high for _, high, _ in doses(text)][:-1] == found


BARS = (
    "| Author | Source | {} | {} | Outcome |\n|---|---|---|---|---|\n"
    "| Ames [3] | BM-MSCs | 4 × 10^7 | once | Better |\n"
)


@pytest.mark.parametrize(
    ("counted", "beside", "found"),
    [
        ("No. of cells", "Delivery method", [4e7]),
        ("Number of cells", "Route of administration", [4e7]),
        ("No. of cells", "Country", []),
        ("No. of cells harvested", "Delivery method", []),
        ("Viability", "Delivery method", []),
    ],
)
def test_column_of_cells_is_of_doses_beside_one_that_tells_how_they_are_given(counted, beside, found):
    row = "| Bell [4] | BM-MSCs | 4 × 10^7 | once | None |\n"
    assert [high for _, high, _ in doses(f"Knees\n\n{BARS.format(counted, beside)}{row}")] == 2 * found


CELLS = "Table 3 Cords that were treated\n\n{}\n\n61\n\nUmbilical cord\n\n{}\n\n{}\n\nNo harm\n"
NAMES = "Reference\n\nSource of MSCs\n\nRoute\n\nNumber of cells\n\nSafety"


@pytest.mark.parametrize(
    ("above", "line", "found"),
    [
        ("Intraspinal", "4 × 10^7 UC-MSCs", [4e7]),
        ("Intravenous/subcutaneous", "4 × 10^7 UC-MSCs", [4e7]),
        ("Intravenous drug users", "4 × 10^7 UC-MSCs", []),
        ("Chronic", "4 × 10^7 UC-MSCs", []),
        ("Intraspinal", "A decline to 4 × 10^7 MSCs", []),
    ],
)
def test_line_of_cells_below_a_line_that_is_a_route_is_given(above, line, found):
    assert [high for _, high, _ in doses(CELLS.format(NAMES, above, line))] == found


def test_figure_behind_the_number_of_a_treatment_counts_the_cells_of_the_head():
    text = CELLS.format(NAMES.replace("Number of cells", "Dose of MSCs"), "Marrow", "{}1 × 10^8")
    assert [high for _, high, _ in doses(text.format("1st: "))] == [1e8]
    assert doses(text.format("1st 7 ")) == []


def test_row_takes_its_basis_from_the_name_of_the_column_of_doses():
    claims = reading.extract_document(from_text(ROWS.format(HEAD.format("Dose (total cells)")), doc="made.txt")).claims
    assert {claim.value("basis") for claim in claims if claim.measure == "cell_dose"} == {"total"}
    claims = reading.extract_document(from_text(ROWS.format(HEAD.format("Cell dose")), doc="made.txt")).claims
    assert {claim.value("basis") for claim in claims if claim.measure == "cell_dose"} == {None}


def test_power_that_is_told_within_a_total_takes_the_unit_of_its_head():
    text = ROWS.format(HEAD.format("Cell dose")).replace("40 × 10^6 24", "4 × 10^6 in a total of 40 × 10^6 MNCs 24")
    assert [high for _, high, _ in doses(text)] == [4e6, 4e7, 9e7]
    assert 4e6 not in {high for _, high, _ in doses(text.replace("in a total of", "colonies of"))}


def test_label_with_values_of_its_own_is_of_no_lines_below_it():
    text = LABELLED.format("CD3+ cell dose (×10^6/kg): median (range)", "First DLI 7 (2–23)")
    assert [high for _, high, _ in doses(text)] == [7e6, 2.3e7]
    assert 7e6 not in {high for _, high, _ in doses(text.replace("(range)", "(range) 5 (3–9)"))}
