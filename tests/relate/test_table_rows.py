"""What a figure in a table hangs on: its own row before others, what the table is of, and the work the row is of."""

from __future__ import annotations

import pytest

from litclaims.model import Claim
from litclaims.reading import extract_text
from litclaims.relate.table_rows import role_of_head


def claims(text: str) -> dict[str, Claim]:
    """The doses of a text by their figures."""
    return {each.figure: each for each in extract_text(text, doc="a").claims if each.measure.endswith("_dose")}


def told(claim: Claim, *names: str) -> tuple:
    return tuple(claim.value(name) for name in names)


BARS = """Table 3. Trials of MSCs in the gut

| Disease | Origin | Dosage | Injection | Ref. |
|---|---|---|---|---|
| CD | bone marrow MSCs | 2 × 10^6 cells/kg | i.v. | [31] |
| T1D | bone marrow MSCs | 3 × 10^6 cells/kg | Liver puncture | 32 |
| Gluten ataxia | bone marrow MSCs | 4 × 10^6 cells/kg | / | [33, 34] |

CD, Crohn's disease; T1D, type 1 diabetes.
"""


def test_a_row_of_cells_is_of_the_work_in_its_column_for_references():
    found = claims(BARS)
    assert [found[f"{n} × 10^6"].citations for n in "234"] == [("31",), ("32",), ("33", "34")]
    assert {each.value("status") for each in found.values()} == {"cited"}


def test_what_has_a_column_is_taken_from_the_own_row_or_not_at_all():
    found = claims(BARS)
    assert told(found["2 × 10^6"], "route", "condition") == ("intravenous", "Crohn's disease")
    assert told(found["3 × 10^6"], "route", "target", "condition") == ("intrahepatic", "liver", "type 1 diabetes")
    assert found["4 × 10^6"].values("route") == ()


def test_a_number_under_another_head_names_no_work():
    table = "| Group | Route | Dose | Sample size |\n|---|---|---|---|\n| A | i.v. | 2 × 10^6 MSCs | 31 |\n"
    found = claims(f"We gave MSCs to rats.\n\n{table}| B | i.v. | 3 × 10^6 MSCs | 32 |\n")
    assert [(each.citations, each.value("status") == "cited") for each in found.values()] == [((), False)] * 2


HEADS = "Source of MSCs Number of patients Route Cell dose Follow-up period Main results References"


@pytest.mark.parametrize("marker", ["[48]", "(48)", "48"])
def test_a_line_under_heads_that_end_in_references_ends_in_its_work(marker):
    text = (
        "Table 1.\n\nClinical trials with intra-articular injection of MSCs in patients with hip osteoarthritis\n\n"
        "Source of MSCs Number of patients Cell dose Follow-up period Main results References\n"
        "Fat of the belly of 12 patients 5 × 10^6 MSCs were injected Six months Osteoarthritis pain should be less "
        f"{marker}\n"
        "Marrow of the iliac crest of 9 patients 8 × 10^6 MSCs were injected Nine months The function of the joint was "
        f"better {marker.replace('48', '51')}\n"
    )
    found = claims(text)
    assert found["5 × 10^6"].citations == ("48",)
    assert told(found["5 × 10^6"], "status", "route", "condition") == ("cited", "intra-articular", "hip osteoarthritis")
    assert found["8 × 10^6"].citations == ("51",)


def test_a_line_takes_no_route_from_the_line_above_it():
    text = (
        f"Table 1.\n\nClinical trials with MSCs in patients with stroke\n\n{HEADS}\n"
        "Fat of the belly 12 patients Intravenous 5 × 10^6 MSCs were given Six months All of them were safe [4]\n"
        "Marrow of the iliac crest 9 patients / 8 × 10^6 MSCs were given Nine months Function was better [5]\n"
    )
    found = claims(text)
    assert found["5 × 10^6"].value("route") == "intravenous"
    assert found["8 × 10^6"].values("route") == ()


def test_lines_that_are_cells_are_rows_that_end_in_their_work():
    text = (
        "Table 2 MSCs in the knee\n\nSource of MSCs\n\nDose (cells)\n\nOutcome\n\nRef.\n\n"
        "Fat\n\nan injection of 5 million MSCs\n\nless pain\n\n[67]\n\n"
        "Marrow\n\nan injection of 8 million MSCs\n\nno change\n\n[69]\n"
    )
    found = claims(text)
    assert [found[figure].citations for figure in ("5 million", "8 million")] == [("67",), ("69",)]


def test_text_behind_a_table_is_no_row_of_it():
    text = (
        f"Table 1.\n\nClinical trials with MSCs in patients with stroke\n\n{HEADS}\n"
        "Fat of the belly 12 patients Intravenous 5 × 10^6 MSCs were given Six months All of them were safe [4]\n\n"
        "In our own trial adults with heart failure were given a dose of 9 × 10^6 MSCs by injection.\n\nDone [7]\n"
    )
    found = claims(text)
    assert found["9 × 10^6"].citations == ()
    assert found["9 × 10^6"].value("status") == "reported"


def test_what_became_of_the_treated_is_not_what_they_were_treated_for():
    table = (
        "| Arm | Dose | Outcome |\n|---|---|---|\n| A | 5 million MSCs | one stroke |\n| B | 6 million MSCs | none |\n"
    )
    found = claims(f"# MSCs in heart failure\n\n{table}")
    assert {each.value("condition") for each in found.values()} == {"heart failure"}


def test_a_label_belongs_to_the_figure_behind_it():
    found = claims("They were given IV: MSC 5 × 10^6 IM: NK cells 8 × 10^6 in one day.")
    assert told(found["5 × 10^6"], "cell_type", "route") == ("mesenchymal stromal cell", "intravenous")
    assert told(found["8 × 10^6"], "cell_type", "route") == ("natural killer cell", "intramuscular")


@pytest.mark.parametrize(
    ("head", "role"),
    [
        ("Injection dose (cells)", "dose"),
        ("Injection", "route"),
        ("Delivery site", "target"),
        ("MSC source", "cell_type"),
        ("Study period", "other"),
        ("Ref.", "reference"),
        ("Preferences", None),
    ],
)
def test_a_head_is_told_by_its_last_word(head, role):
    assert role_of_head(head) == role
