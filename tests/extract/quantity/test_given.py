"""What is read as given in a whole document: beside citation marks, and where all other forms stand in one text."""

from __future__ import annotations

from litclaims import reading
from litclaims.ingest import from_text


def doses(text: str):
    claims = reading.extract_document(from_text(text, doc="made.txt")).claims
    return [(claim.figure, claim.quantity.high) for claim in claims if claim.measure == "cell_dose"]


def test_doses_that_share_a_bracket_with_the_works_they_are_of_are_read():
    cited = "(3 to 5 million cells per joint, Doe et al., 2007; 30 million, Roe, 2013)"
    assert doses(f"Ours lies within the range given to dogs {cited}.") == [
        ("3 to 5 million", 5_000_000),
        ("30 million", 30_000_000),
    ]


def test_years_and_pages_of_a_mark_are_no_figures_of_cells():
    assert doses("Cells were given to dogs (Doe, 2007; Roe, 2013, p. 2014) once.") == []
    assert doses("Cells were given to dogs (5 million cells, Doe, 2007).") == [("5 million", 5_000_000)]


def test_a_text_that_writes_several_powers_behind_a_point_means_a_multiplication_sign():
    arms = "Arm A was injected with 1.10e4 cells, arm B with 1.10e6 cells, and both with 10e6 cells later."
    assert doses(arms) == [("1.10e4", 10_000), ("1.10e6", 1_000_000), ("10e6", 1_000_000)]


def test_a_power_behind_a_point_is_left_alone_where_the_text_writes_but_one_or_writes_true_powers():
    assert doses("Arm A was injected with 1.10e4 cells, arm B with 1.10e4 cells.") == []
    assert doses("Arm A was injected with 1.10e4 cells, arm B with 1.10e6 cells, arm C with 2e6 cells.") == [
        ("2e6", 2_000_000)
    ]


def test_a_marker_stuck_to_a_power_ends_the_number():
    assert doses("They infused 3 x 106CD34+ cells/kg.") == [("3 x 106", 3_000_000)]
    assert doses("They infused 3 x 106AB34+ cells/kg.") == []


def amounts(text: str):
    claims = reading.extract_document(from_text(text, doc="made.txt")).claims
    return [claim.figure for claim in claims if claim.measure in ("mass_dose", "volume")]


def test_the_rest_of_an_amount_that_a_line_break_split_is_none():
    assert amounts("A single dose of the drug is 7.\n\n5 mg per kg given by vein.") == []
    assert amounts("There were two doses of the drug.\n\n5 mg of it were given by vein.") == ["5 mg"]


def test_a_heading_that_is_a_number_of_cells_names_the_arm_that_gets_them():
    arm = "Measure\n90 Million Donor Stem Cells (dSCs)\n"
    assert doses(f"{arm}Donor stem cells: adults will receive them by catheter.\n") == [("90 Million", 90_000_000)]
    assert doses(f"{arm}Donor stem cells: these were frozen, and some will be received.\n") == []
