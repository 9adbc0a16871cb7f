"""What a figure in a table hangs on: its own row before others, what the table is of, and the work the row is of."""

from __future__ import annotations

import pytest

from litclaims.model import Claim
from litclaims.reading import extract_text
from litclaims.vocab.heads import role_of_head


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


def test_lines_of_one_paragraph_end_in_works_of_their_own():
    text = (
        "Table 1.\n\nClinical trials with MSCs in patients with stroke\n\n"
        "Disease Route Dose Main results References\n"
        "Stroke i.v. 5 × 10^6 MSCs were given Safe [4]\nStroke i.v. 8 × 10^6 MSCs were given\ntwice Safe [5]\n"
    )
    found = claims(text)
    assert [found[f"{n} × 10^6"].citations for n in "58"] == [("4",), ("5",)]


def test_an_abbreviation_under_its_head_means_what_it_can_mean_there():
    table = "| Product | Indication | Cells given |\n|---|---|---|\n| A | MM | {} |\n| B | 3CLL 2ALL | {} |\n"
    found = claims("Doses of T cells\n\n" + table.format("5 million T cells", "9 million T cells"))
    assert found["5 million"].values("condition") == ("multiple myeloma",)
    assert found["9 million"].values("condition") == ("chronic lymphocytic leukemia", "acute lymphoblastic leukemia")
    assert claims("At 5 MM depth 5 million T cells were given.")["5 million"].values("condition") == ()


def test_heads_that_stand_over_other_cells_tell_nothing():
    table = "| Disease | Sex | Route | Cells | Weeks |\n|---|---|---|---|---|\n"
    row = "| Stroke | 7 | 9 | IV | injection of 5 million MSCs |\n"
    assert (
        claims(f"Ten trials of cells\n\n{table}{row}{row.replace('5', '6')}")["5 million"].value("route")
        == "intravenous"
    )


@pytest.mark.parametrize(
    ("caption", "source", "kind"),
    [
        ("Trials of adipose-derived stem cells", "own", "adipose-derived stem cell"),
        ("Trials of MSCs", "rat adipose tissue", "adipose-derived stem cell"),
        ("Trials of MSCs", "own", "mesenchymal stromal cell"),
        ("Trials of adipose-derived stem cells and dental pulp stem cells", "own", "mesenchymal stromal cell"),
    ],
)
def test_the_caption_or_the_source_tells_the_kind_of_cell(caption, source, kind):
    table = f"| Arm | Cell source | Given |\n|---|---|---|\n| A | {source} | 5 million MSCs |\n| B | none | saline |\n"
    assert claims(f"What was done\n\nTable 4. {caption}\n\n{table}")["5 million"].value("cell_type") == kind


def test_the_heads_of_a_table_tell_the_cells_that_its_rows_leave_out():
    table = "| Arm | Given | CAR-T cell persistence |\n|---|---|---|\n| A | 5 million cells/kg | weeks |\n"
    text = f"What was infused\n\n{table}| B | 7 million cells/kg | days |\n"
    assert claims(text)["5 million"].value("cell_type") == "CAR-T cell"
    assert claims(text.replace("CAR-T cell persistence", "Time"))["5 million"].value("cell_type") is None


def test_donors_are_not_what_they_give():
    text = "They got MSCs. From haematopoietic stem cell donors, 5 million cells were given to each."
    assert claims(text)["5 million"].value("cell_type") == "mesenchymal stromal cell"
    assert claims(text.replace("donors", "bags"))["5 million"].value("cell_type") == "hematopoietic stem cell"


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


@pytest.mark.parametrize(("head", "told_as"), [("Response", "reported"), ("Code", None)])
def test_a_table_that_tells_outcomes_reports(head, told_as):
    table = f"| Code name | Cells given | {head} |\n|---|---|---|\n| A | 5 million MSCs | none |\n"
    assert claims(f"Cells for all\n\n{table}| B | 6 million MSCs | some |\n")["5 million"].value("status") == told_as


def test_what_a_line_names_behind_its_dose_is_its_outcome():
    text = (
        "Table 1.\n\nClinical trials with MSCs in adults\n\n"
        "Source of MSCs Route Number of patients Cell dose Follow-up period Main results References\n"
        "Fat of the belly Intravenous 12 patients 5 × 10^6 MSCs were given Six months They went into the liver [4]\n"
        "Fat of the belly Intravenous 12 patients 8 × 10^6 MSCs were given Six months One stroke was seen then [5]\n"
    )
    found = claims(text)
    assert told(found["5 × 10^6"], "route", "target") == ("intravenous", None)
    assert found["8 × 10^6"].values("condition") == ()


def test_a_caption_names_routes_but_implies_none():
    table = "| Source | Cells given |\n|---|---|\n| Fat | 5 million MSCs |\n| Marrow | 6 million MSCs |\n"
    text = "Cells for all\n\nTable 2. {}\n\n" + table
    assert claims(text.format("Repair with cells in the knee"))["5 million"].values("route") == ()
    assert claims(text.format("Intra-articular cells"))["5 million"].values("route") == ("intra-articular",)


def test_a_caption_tells_more_than_the_line_below_it():
    table = "| Arm | Cells given |\n|---|---|\n| A | 5 million |\n| B | 6 million |\n"
    text = f"Cells for all\n\nTable 2. Doses of pericytes\n\nFrom: MSCs and their kin\n\n{table}"
    assert claims(text)["5 million"].value("cell_type") == "pericyte"


@pytest.mark.parametrize(("head", "basis"), [("Total cells given", "total"), ("Total nucleated cells given", None)])
def test_a_head_tells_of_totals(head, basis):
    table = f"| Arm | {head} |\n|---|---|\n| A | 5 million MSCs |\n| B | 6 million MSCs |\n"
    assert claims(f"Cells for all\n\n{table}")["5 million"].value("basis") == basis


def test_a_kind_of_cell_that_heads_set_beside_a_narrower_one_stays_what_it_is():
    table = "| No. | Total T cells infused | CAR-T cells infused |\n|---|---|---|\n| 1 | 5 × 10^6 | 2 × 10^6 |\n"
    found = claims(f"Infusions of CAR-T cells\n\n{table}| 2 | 9 × 10^6 | 3 × 10^6 |\n")
    assert found["5 × 10^6"].value("cell_type") == "T cell"
    assert found["2 × 10^6"].value("cell_type") == "CAR-T cell"


def test_a_part_of_the_spine_is_named_short_under_a_head_for_sites():
    table = "| Arm | Injection target | Cells given |\n|---|---|---|\n| A | Lumbar | 5 million MSCs |\n"
    text = f"Cells for all\n\n{table}| B | Cervical and lumbar | 6 million MSCs |\n"
    assert claims(text)["5 million"].values("target") == ("lumbar spine",)
    assert claims(text)["6 million"].values("target") == ("cervical spine", "lumbar spine")
    assert claims("The lumbar pain left. 5 million MSCs were given.")["5 million"].values("target") == ()


def test_lines_of_a_row_tell_the_kind_of_cell():
    text = (
        "Table 2 Stem cells in the knee\n\nSource of cells\n\nDose (cells)\n\nOutcome\n\nRef.\n\n"
        "AT-MSCs\n\nan injection of 5 million\n\nless pain\n\n[67]\n\n"
        "BM-MSCs\n\nan injection of 8 million\n\nno change\n\n[69]\n"
    )
    kinds = {figure: each.value("cell_type") for figure, each in claims(text).items()}
    assert kinds == {"5 million": "adipose-derived stem cell", "8 million": "mesenchymal stromal cell"}


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


def test_a_note_below_a_copied_table_is_no_row_of_it():
    rows = "Intravenous 2 × 10^6 cells/kg Fever\nIntrathecal 4 × 10^6 cells/kg Rash"
    note = "^a One patient was given 9 × 10^6 cells/kg intramuscularly."
    found = claims(f"Table 1. Doses of MSCs\nRoute Dose Outcome\n{rows}\n{note}\n")
    assert found["9 × 10^6"].value("route") == "intramuscular"


@pytest.mark.parametrize(
    ("work", "marker"),
    [
        ("Ames et al. (24)", "24"),
        ("Ames et al.24", "24"),
        ("Ames et al [24]", "24"),
        ("van Ames/2012", None),
        ("Joan Ames/2012", "Joan Ames/2012"),
        ("Ames et al. 2012", "Ames 2012"),
    ],
)
def test_the_cell_that_names_the_authors_of_a_row_lends_their_marker(work, marker):
    head = "| Study | Cells | Dose | Route |\n|---|---|---|---|\n"
    text = (
        f"Table 2. Trials of MSCs\n\n{head}| {work} | MSCs | 2 × 10^6 | i.v. |\n| {work} | MSCs | 3 × 10^6 | i.v. |\n"
    )
    found = claims(text)["2 × 10^6"]
    assert found.citations == ((marker,) if marker else ())


OVER_LINES = (
    "Table 2.\n\nSome trials of cells\n\nDisease Cell\nsource\nDosage and route Outcome Trial number/reference\n"
    "Stroke Marrow 2 × 10^6 MSCs, intravenous Walked again NCT01234567\n"
    "Fat 3 × 10^6 MSCs, intrathecal No effect [31]\n"
    "Crohn's disease Fat 4 × 10^6 MSCs, intravenous Some better [32]\n"
    "Cord 5 × 10^6 MSCs, intravenous Nothing seen NCT07654321\n"
)


def test_a_line_under_heads_broken_over_lines_ends_in_its_work_or_trial():
    found = claims(OVER_LINES)
    assert [found[f"{n} × 10^6"].citations for n in "2345"] == [("NCT01234567",), ("31",), ("32",), ("NCT07654321",)]
    assert {each.value("status") for each in found.values()} == {"cited"}


def test_a_disease_is_of_all_rows_below_it_until_the_next():
    found = claims(OVER_LINES)
    assert [found[f"{n} × 10^6"].value("condition") for n in "2345"] == ["stroke", "stroke"] + ["Crohn's disease"] * 2
    other = claims(OVER_LINES.replace("Disease Cell\nsource", "Trial Cell\nsource"))
    assert other["5 × 10^6"].value("condition") != "Crohn's disease"


def test_lines_that_open_with_author_and_year_lend_these():
    text = (
        "Table 1.\n\nTrials of MSCs\n\nAuthors/year Country Cell source Cell dosage Route Outcome\n"
        "Joan Ames/2012 Spain Cord 2 × 10^6 MSCs IV Good\nCarl Bell/2013 Japan Fat 3 × 10^6 MSCs IV Bad\n"
    )
    assert [each.citations for each in claims(text).values()] == [("Joan Ames/2012",), ("Carl Bell/2013",)]


VESSELS = (
    "Table 2. Trials of MSCs\n\n| Study | Cells | Dose | {} |\n|---|---|---|---|\n"
    "| Ames [3] | MSCs | 2 × 10^6 | {} |\n| Bell [4] | MSCs | 3 × 10^6 | peripheral vein |\n"
)


@pytest.mark.parametrize(
    ("head", "cell", "route", "targets"),
    [
        ("Route", "HA", ("intra-arterial",), ("hepatic artery",)),
        ("Route", "9: hepatic artery", ("intra-arterial",), ("hepatic artery",)),
        (
            "Route",
            "Portal vein or hepatic artery",
            ("intraportal", "intra-arterial"),
            ("portal vein", "hepatic artery"),
        ),
        ("Route", "Intrasplenic or intrahepatic", ("intrasplenic", "intrahepatic"), ("spleen", "liver")),
        ("Placebo", "HA", (), ()),
    ],
)
def test_a_vessel_of_an_organ_in_the_column_of_routes_is_way_and_site(head, cell, route, targets):
    found = claims(VESSELS.format(head, cell))
    assert (found["2 × 10^6"].values("route"), found["2 × 10^6"].values("target")) == (route, targets)
    assert head != "Route" or found["3 × 10^6"].values("target") == ()
