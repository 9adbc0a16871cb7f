"""Figures of tables whose unit stands in a header."""

from __future__ import annotations

from decimal import Decimal

import pytest

from litclaims import reading
from litclaims.extract.quantity.cells import REPAIR, compose, unit_phrase
from litclaims.ingest import from_text


def claims(table: str, *, lead: str = "Cells were infused."):
    document = from_text(f"# A trial of cells\n\n{lead}\n\n{table}\n", doc="made.md", suffix=".md")
    return reading.extract_document(document).claims


def doses(table: str, **said: str):
    return [
        (claim.figure, claim.quantity.low, claim.quantity.high, claim.quantity.unit)
        for claim in claims(table, **said)
        if claim.measure == "cell_dose"
    ]


@pytest.mark.parametrize(
    ("header", "phrase"),
    [
        ("Dose (×10⁶ cells/kg)", "× 10⁶ cells/kg"),
        ("Dose (x10^6 cells/kg)", "× 10^6 cells/kg"),
        ("Dose (10(6) cells)", "× 10(6) cells"),
        ("Dose (cells/kg × 10⁶)", "× 10⁶ cells/kg"),
        ("Cells injected (×10⁶)", "× 10⁶ cells"),
        ("Injected cells (millions)", "million cells"),
        ("No. of MSCs, ×10⁶/kg", "× 10⁶/kg"),
        ("Dose, million cells per kg", "million cells per kg"),
        ("CD34+ cells infused, × 10⁶/kg, median", "× 10⁶/kg"),
        ("Arms, age group, median", ""),
        ("Volume (mL)", "mL"),
        ("Follow-up, months", "months"),
        ("Responders (%)", "%"),
        ("Group A (n = 10)", ""),
        ("10 × 10⁶ cells", ""),
        ("Cell dose", ""),
        ("P value", ""),
    ],
)
def test_header_gives_the_unit_that_the_grammar_reads_behind_a_number(header, phrase):
    assert unit_phrase(header) == phrase


@pytest.mark.parametrize(
    ("cell", "low", "high"),
    [
        ("2", "2e6", "2e6"),
        ("1–5", "1e6", "5e6"),
        ("1 to 5", "1e6", "5e6"),
        ("2.1 ± 0.4", "2.1e6", "2.1e6"),
        ("2*", "2e6", "2e6"),
        ("2ᵃ", "2e6", "2e6"),
        ("<5", None, "5e6"),
    ],
)
def test_bare_figure_of_a_cell_takes_the_unit_of_its_header(cell, low, high):
    (claim,) = claims(f"| Arm | Dose (×10⁶ cells/kg) |\n|---|---|\n| Low | {cell} |\n")
    expected = tuple(None if side is None else Decimal(side) for side in (low, high))
    assert (claim.quantity.low, claim.quantity.high) == expected
    assert (claim.measure, claim.quantity.unit) == ("cell_dose", "cell/kg")
    assert REPAIR in claim.quantity.repairs
    assert claim.figure == cell.rstrip("*ᵃ")


def test_label_of_a_row_gives_the_unit_where_columns_are_arms_and_their_texts_the_route():
    rows = ("| | Arm A | Arm B |", "|---|---|---|", "| MSC dose, ×10⁶ | 50 | 100 |", "| Route | IV | intracoronary |")
    assert [(claim.figure, claim.quantity.low, claim.values("route")) for claim in claims("\n".join(rows))] == [
        ("50", Decimal("5e7"), ("intravenous",)),
        ("100", Decimal("1e8"), ("intracoronary",)),
    ]


def test_texts_of_a_row_govern_its_dose():
    table = (
        "| Condition | Dose (million cells) | Route |\n|---|---|---|\n"
        "| Knee osteoarthritis | 40 | intra-articular |\n| Stroke | 100 | intravenous |\n"
    )
    assert [(claim.value("condition"), claim.value("route")) for claim in claims(table)] == [
        ("knee osteoarthritis", "intra-articular"),
        ("stroke", "intravenous"),
    ]


def test_list_in_a_cell_is_a_claim_for_each_arm():
    assert doses("| Trial | Dose (×10⁶ cells/kg) |\n|---|---|\n| A | 0.5, 1.6 and 5 |\n") == [
        ("0.5", Decimal("5e5"), Decimal("5e5"), "cell/kg"),
        ("1.6", Decimal("1.6e6"), Decimal("1.6e6"), "cell/kg"),
        ("5", Decimal("5e6"), Decimal("5e6"), "cell/kg"),
    ]


def test_figures_with_slashes_and_blanks_between_them_are_arms():
    assert doses("| Trial | Dose (×10⁶ cells) |\n|---|---|\n| A | 20 / 100 / 200 |\n") == [
        ("20", Decimal("2e7"), Decimal("2e7"), "cell"),
        ("100", Decimal("1e8"), Decimal("1e8"), "cell"),
        ("200", Decimal("2e8"), Decimal("2e8"), "cell"),
    ]


def test_cell_that_says_itself_what_it_is_per_keeps_the_power_and_the_noun_of_its_head():
    table = "| Trial | Dose ({}) |\n|---|---|\n| A | 1/kg |\n| B | 20 per kg |\n"
    assert doses(table.format("×10⁶ cells")) == [
        ("1", Decimal("1e6"), Decimal("1e6"), "cell/kg"),
        ("20", Decimal("2e7"), Decimal("2e7"), "cell/kg"),
    ]
    assert doses(table.format("×10⁶ cells/m2")) == []
    assert doses(table.format("mg")) == []


@pytest.mark.parametrize(
    "table",
    [
        "| Arm | Dose (×10⁶ cells/kg) |\n|---|---|\n| Low | 12 / 15 |\n",
        "| Arm | Dose (×10⁶ cells/kg) |\n|---|---|\n| Low | 1/2/2020 |\n",
        "| Arm | Dose (×10⁶ cells/kg) |\n|---|---|\n| Low | NA |\n",
        "| Arm | Dose (×10⁶ cells/kg) |\n|---|---|\n| Low | 12/15 |\n",
        "| Arm | Dose (10⁶ cells) |\n|---|---|\n| Low | none |\n",
    ],
)
def test_cell_without_a_figure_and_the_power_of_a_header_are_no_dose(table):
    assert doses(table) == []


def test_cell_with_a_power_of_its_own_is_not_multiplied_by_that_of_its_header():
    assert compose("2 × 10⁶", ["Dose (×10⁶ cells/kg)"], frozenset()) is None


def test_two_headers_with_different_units_give_none():
    assert compose("2", ["Dose (mL)", "Dose (×10⁶ cells)"], frozenset()) is None


def test_yield_of_a_culture_is_no_dose_in_a_table_either():
    table = "| Passage | Harvested cells (×10⁶) |\n|---|---|\n| P2 | 40 |\n"
    assert doses(table, lead="Cells were cultured and harvested.") == []


def test_head_that_says_what_cells_are_per_carries_it_to_powers_below():
    table = "| Group | Cells per kg |\n|---|---|\n| Low | 4 × 10^6 |\n| High | 9 × 10^6 |"
    assert doses(table) == [("4 × 10^6", 4e6, 4e6, "cell/kg"), ("9 × 10^6", 9e6, 9e6, "cell/kg")]


def test_word_in_brackets_behind_the_unit_of_a_head_is_no_part_of_it():
    assert unit_phrase("NK cells infused, ×10^6 (total)") == "×10^6 cells" or unit_phrase(
        "NK cells infused, ×10^6 (total)"
    ).endswith("cells")
    assert unit_phrase("NK cells infused, ×10^6 (total)") == unit_phrase("NK cells infused, ×10^6")


def test_text_before_a_table_gives_the_unit_of_all_its_doses():
    table = "| Step | Sibling | Stranger |\n|---|---|---|\n| 1 | 2 × 10^6 | 7 × 10^5 |"
    lead = "All doses are CD3+ cells per kg of the patient's weight, as infused."
    assert [figure[0::3] for figure in doses(table, lead=lead)] == [("2 × 10^6", "cell/kg"), ("7 × 10^5", "cell/kg")]
    assert {figure[3] for figure in doses(table, lead="Cells were infused at these doses.")} <= {"cell"}


def test_number_of_cells_is_left_open_where_its_table_speaks_of_weight():
    table = "| Group | Infused dose per kg |\n|---|---|\n| Low | 4 × 10^6 MSC |"
    assert doses(table) == []
    assert len(doses(table.replace(" per kg", ""))) == 1


def test_route_in_the_row_says_that_cells_are_given():
    table = "| Plan | How | Cells |\n|---|---|---|\n| Basic | intravenous | 30 million cells |"
    assert [figure[0] for figure in doses(table, lead="A list of plans.")] == ["30 million"]
    assert doses(table.replace("intravenous", "by hand"), lead="A list of plans.") == []
    harvested = table.replace("| Cells |", "| Cells harvested |")
    assert doses(harvested, lead="A list of plans.") == []


def test_scaled_figure_beside_a_route_counts_what_alone_the_text_before_names():
    table = "| Plan | Route | Price |\n|---|---|---|\n| Knee | intra-articular 30M + IV 60M | $100 |"
    assert [figure[0] for figure in doses(table, lead="Cells: MSC of cords.")] == ["30M", "60M"]
    assert doses(table, lead="MSC of cords and exosomes of MSC are sold.") == []
    assert doses(table.replace("IV 60M", "60M").replace("intra-articular ", ""), lead="Cells: MSC of cords.") == []


def test_list_in_a_cell_takes_the_cell_word_of_what_heads_the_table():
    lead = "Dose of the MSCs in each of the trials"
    table = "| Trial | Dose |\n|---|---|\n| One | 20 × 10^6 or 60 × 10^6 |\n| Two | 40 × 10^6, once or twice |"
    assert [figure[0] for figure in doses(table, lead=lead)] == ["20 × 10^6", "60 × 10^6", "40 × 10^6"]


def test_range_in_the_bracket_of_a_mean_is_a_dose_of_its_own():
    document = from_text("The dose infused was 4.2 (range 2.5–9.1) × 10^6 CD34+ cells/kg.", doc="made.txt")
    found = [(claim.quantity.low, claim.quantity.high) for claim in reading.extract_document(document).claims]
    assert found == [(4.2e6, 4.2e6), (2.5e6, 9.1e6)]
    outside = from_text("The dose infused was 1.2 (range 2.5–9.1) × 10^6 CD34+ cells/kg.", doc="made.txt")
    assert len(reading.extract_document(outside).claims) == 1


def test_plain_head_under_a_text_that_speaks_of_doses_per_kg_is_left_open():
    table = "| Study | Dose of MSCs, cells |\n|---|---|\n| One | 3 million |\n| Two | 4 million |"
    assert [figure[0] for figure in doses(table)] == ["3 million", "4 million"]
    assert doses(table, lead="MSCs were infused. All doses are given as cells per kg.") == []


def test_text_before_a_long_table_speaks_of_all_its_rows():
    rows = "".join(f"| Study {number} | {number} million cells |\n" for number in range(1, 500))
    table = "| Study | Dose |\n|---|---|\n" + rows
    assert len(doses(table, lead="MSCs were infused.")) == 499
    assert doses(table, lead="MSCs were infused. All doses are given as cells per kg.") == []


def test_head_that_counts_cells_without_a_unit_of_its_own_counts_the_powers_below():
    table = "| Arm | Site | {} |\n|---|---|---|\n| A | Lumbar | 5 × 10^5 |\n| B | Cervical | Up to 2 × 10^6 (n = 4) |"
    for head, unit in (("Final cell dose", "cell"), ("T cells infused/kg*", "cell/kg"), ("Dose of platelets", None)):
        found = [(claim.measure, claim.quantity.high, claim.quantity.unit) for claim in claims(table.format(head))]
        found = [each for each in found if each[0] != "sample_size"]
        measure = "cell_dose" if unit else "platelet_dose"
        assert found == [(measure, 5e5, unit or "platelet"), (measure, 2e6, unit or "platelet")]
    assert doses(table.format("Cells harvested")) == doses(table.format("Cell viability (%)")) == []


def test_head_that_counts_cells_gives_no_unit_to_small_numbers():
    table = "| Arm | Cells infused/kg |\n|---|---|\n| A | 3 |\n| B | 2.5 |\n| C | <5 |\n| D | 3,000,000 |"
    assert doses(table) == [("3,000,000", 3e6, 3e6, "cell/kg")]


def test_number_of_patients_behind_the_unit_of_a_label_is_no_part_of_it():
    table = (
        "| Product | Dose |\n|---|---|\n| NK cells, cells/kg (n=9) | 2–6 × 10^6 |\n| Cells in total (n=5) | 70 × 10^6 |"
    )
    assert doses(table) == [("2–6 × 10^6", 2e6, 6e6, "cell/kg"), ("70 × 10^6", 7e7, 7e7, "cell")]


def test_labelled_figures_of_one_cell_take_the_unit_of_the_head():
    table = "| Item | Value |\n|---|---|\n| Dose (platelets) | In the joint: 2 × 10^9 In the bone: 8 × 10^8 |"
    assert [claim.measure for claim in claims(table)] == ["platelet_dose", "platelet_dose"]


def test_column_of_a_harvest_holds_no_doses_even_per_weight():
    table = "| Arm | Cells harvested (×10⁶/kg) | Cells infused (×10⁶/kg) |\n|---|---|---|\n| A | 9 | 4 |"
    assert doses(table) == [("4", 4e6, 4e6, "cell/kg")]


def test_number_that_the_range_behind_it_does_not_hold_is_of_another_column():
    table = "| Trial | Dose |\n|---|---|\n| A | {} × 10^6 cells/kg |"
    assert doses(table.format("30 (0.5–20)")) == []
    assert [each[0] for each in doses(table.format("3 (0.5–20)"))] == ["3 (0.5–20) × 10^6"]


def test_what_a_dose_is_per_may_stand_behind_the_unit_of_a_head():
    table = "| Trial | {} |\n|---|---|\n| A | 3 × 10^6 |"
    assert doses(table.format("Dose (cells/knee)")) == doses(table.format("Cells per injection"))
    assert doses(table.format("Dose (cells/knee)")) == [("3 × 10^6", 3e6, 3e6, "cell")]
    assert doses(table.format("Number of cells per well")) == doses(table.format("Cells/flask")) == []


def test_column_of_doses_counts_the_cells_that_a_head_beside_it_names():
    table = "| Beast | {} | How and {} |\n|---|---|---|\n| Rat | Fat | Bolus injection, 2 × 10^6, once |"
    assert [figure[0] for figure in doses(table.format("Source of MSCs", "dosage"))] == ["2 × 10^6"]
    for heads in (
        ("Tumor", "dosage"),
        ("Source of MSCs", "why"),
        ("Source of MSCs", "virus dosage"),
        ("Source of MSCs", "dosage (PFU)"),
        ("MSCs and exosomes", "dosage"),
        ("MSCs harvested", "dosage"),
    ):
        assert doses(table.format(*heads)) == [], heads
    weighed = table.format("Source of MSCs", "dosage").replace("| Rat", "| Cat | Fat | 1 × 10^6/kg, once |\n| Rat")
    assert [figure[3] for figure in doses(weighed)] == ["cell/kg"]


@pytest.mark.parametrize(("head", "found"), [("Dosage", ["2 × 10^6"]), ("Virus dosage", []), ("Dosage (PFU)", [])])
def test_figure_beside_its_route_counts_the_cells_of_the_text_but_under_a_head_for_other_agents(head, found):
    table = f"| Beast | {head} |\n|---|---|\n| Rat | Tail vein injection, 2 × 10^6, once |"
    assert [figure[0] for figure in doses(table)] == found
