"""What a figure hangs on: the nearest context that says it, and nothing where contexts leave it open."""

from __future__ import annotations

import pytest

from litclaims.model import Claim
from litclaims.reading import extract_text


def claim(text: str, figure: str) -> Claim:
    """The only claim of that figure."""
    found = [each for each in extract_text(text, doc="a").claims if figure in each.figure]
    assert len(found) == 1, [each.figure for each in extract_text(text, doc="a").claims]
    return found[0]


def said(each: Claim, *names: str) -> dict[str, tuple[str, ...]]:
    return {name: each.values(name) for name in names}


ROUTES = [
    ("Patients received 5 million MSCs intravenously.", "intravenous"),
    ("Patients received an intra-articular injection of 5 million MSCs.", "intra-articular"),
    ("A dose of 5 million MSCs was given IV.", "intravenous"),
    ("A dose of 5 million MSCs was injected into the knee.", "intra-articular"),
    ("A dose of 5 million MSCs was given by epidural injection.", "epidural"),
]


@pytest.mark.parametrize(("text", "route"), ROUTES, ids=[route for _, route in ROUTES])
def test_a_route_is_read_in_its_clause(text, route):
    each = claim(text, "5 million")
    assert each.values("route") == (route,)
    assert each.slot("route").step == "clause"


def test_a_site_that_implies_no_route_gives_none():
    text = "A dose of 5 million MSCs was injected into the spine."
    assert said(claim(text, "5 million"), "route", "target") == {"route": (), "target": ("spine",)}


def test_each_figure_of_a_sentence_takes_its_own_route_and_site():
    text = (
        "They gave 50 million cells injected into the knee + 60 million cells into the spine + 90 million cells via IV."
    )
    assert said(claim(text, "50 million"), "route", "target") == {"route": ("intra-articular",), "target": ("knee",)}
    assert said(claim(text, "60 million"), "route", "target") == {"route": (), "target": ("spine",)}
    assert said(claim(text, "90 million"), "route", "target") == {"route": ("intravenous",), "target": ()}


def test_members_of_a_list_share_what_follows_it():
    text = "Patients received 1, 5 or 10 million MSCs per knee by intra-articular injection."
    for figure in ("1", "5", "10 million"):
        found = [each for each in extract_text(text, doc="a").claims if each.figure == figure]
        assert [said(each, "route", "basis") for each in found] == [{"route": ("intra-articular",), "basis": ("knee",)}]


def test_an_item_inherits_from_the_item_that_heads_it():
    text = (
        "Doses of cells\n- Knee injection (intra-articular)\n- Dosage: 15 million cells per knee\n"
        "- Back injection (epidural)\n- Dosage: 20 million cells per injection\n"
    )
    assert said(claim(text, "20 million"), "route", "target", "basis") == {
        "route": ("epidural",),
        "target": ("back",),
        "basis": ("injection",),
    }
    assert claim(text, "20 million").slot("route").step == "heading"


def test_a_route_of_the_title_governs_unless_nearer_text_says_otherwise():
    text = (
        "Intramuscular cell therapy\n\nWe give 5 million MSCs to each patient.\n\n"
        "Some clinics give 9 million MSCs intravenously.\n"
    )
    assert claim(text, "5 million").values("route") == ("intramuscular",)
    assert claim(text, "9 million").values("route") == ("intravenous",)


def test_a_route_that_is_only_contrasted_is_not_taken():
    text = "Unlike intra-articular therapy, this dose of 5 million MSCs goes into a vein, by intravenous infusion."
    assert claim(text, "5 million").values("route") == ("intravenous",)


def test_a_systemic_route_takes_no_site_from_a_heading():
    text = "Doses of cells\n- Knee and IV\n- Dosage: 100 million cells by intravenous infusion\n"
    assert claim(text, "100 million").values("target") == ()


def test_a_site_that_cells_come_from_is_no_target():
    text = "MSCs derived from umbilical cord were given at a dose of 5 million cells."
    assert claim(text, "5 million").values("target") == ()


def test_sites_in_brackets_only_explain_the_one_before():
    text = "Doses of cells are these:\nSmall muscle groups (hand, foot): 5 million MSCs.\n"
    assert claim(text, "5 million").values("target") == ("small muscle group",)


BASES = [
    ("They gave 5 million MSCs per session.", "session"),
    ("They gave 5 million MSCs/kg.", "kg"),
    ("They gave 5 million MSCs per kilogram of body weight.", "kg"),
    ("They gave 5 million MSCs into each knee.", "knee"),
    ("They received a total of 5 million MSCs.", "total"),
    ("First session: 5 million MSCs are injected.", "session"),
    ("They received one injection of 5 million MSCs.", "injection"),
    ("The mean dose per patient was 5 million MSCs.", "patient"),
    ("They gave 5 million MSCs once.", None),
    ("They received 5 million MSCs in 3 mL saline per patient request.", None),
    ("They received 5 million MSCs per 3 mL saline.", None),
]


@pytest.mark.parametrize(("text", "basis"), BASES, ids=[text for text, _ in BASES])
def test_what_a_figure_is_per(text, basis):
    assert claim(text, "5 million").value("basis") == basis


@pytest.mark.parametrize(
    ("text", "cell_type"),
    [
        ("They gave 5 million autologous adipose-derived stem cells.", "adipose-derived stem cell"),
        ("MSCs were thawed at noon. Each patient was given 5 million cells.", "mesenchymal stromal cell"),
        ("They gave 5 million stem cells.", None),
    ],
)
def test_the_cell_type_is_that_of_the_figure_or_of_the_text_before(text, cell_type):
    assert claim(text, "5 million").value("cell_type") == cell_type


def test_conditions_that_share_their_last_word_are_both_read():
    text = "They gave 5 million stem cells per session for knee and back pain."
    assert said(claim(text, "5 million"), "condition", "target") == {
        "condition": ("knee pain", "back pain"),
        "target": ("knee", "back"),
    }


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Each patient will receive 5 million MSCs.", "planned"),
        ("Each patient received 5 million MSCs.", "reported"),
        ("A dose of 5 million MSCs is recommended for each knee.", "recommended"),
        ("In a previous study a dose of 5 million MSCs was injected.", "cited"),
        ("Patients are not accrued at the dose of 5 million MSCs.", "negated"),
    ],
)
def test_how_a_figure_is_stated(text, status):
    assert claim(text, "5 million").value("status") == status


def test_a_range_in_brackets_takes_the_basis_of_its_mean():
    text = "The mean dose was 15 million MSCs per disc (range 6–24 million)."
    assert claim(text, "6–24 million").value("basis") == "disc"


def test_every_slot_names_its_step_and_its_place():
    text = "Patients received 5 million MSCs intravenously for knee osteoarthritis."
    each = claim(text, "5 million")
    for name in ("route", "cell_type", "condition"):
        slot = each.slot(name)
        assert slot.step == "clause"
        assert all(text[place.start : place.end] for place in slot.mentions)
    assert text[slice(*(each.slot("route").mentions[0].start, each.slot("route").mentions[0].end))] == "intravenously"


def test_the_section_is_the_headings_above():
    text = "Cells are given into joints by clinics here.\nDosage of cells\nWe give 5 million MSCs to all.\n"
    assert claim(text, "5 million").section == "Dosage of cells"
