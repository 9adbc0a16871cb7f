"""How a figure is stated: what sets it, what foresees it, whose work it is, and what kind of text states it."""

from __future__ import annotations

import pytest

from litclaims.reading import extract_text


def status(text: str, figure: str = "5 million") -> str | None:
    """The status of the only claim of that figure."""
    found = [each for each in extract_text(text, doc="a").claims if figure in each.figure]
    assert len(found) == 1, [each.figure for each in extract_text(text, doc="a").claims]
    return found[0].value("status")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("If no harm is seen, the next group will receive 5 million MSCs.", "planned"),
        ("If no harm is seen, a group may be added that will receive 5 million MSCs.", "hypothetical"),
        ("If harm is seen, the next group will receive 5 million MSCs.", "hypothetical"),
        ("As few cells could be grown in time, the dose was 5 million MSCs.", "reported"),
        ("The dose could be 5 million MSCs, and it was winter.", "hypothetical"),
        ("The next trial would randomise them to a dose of 5 million MSCs.", "hypothetical"),
        ("A study with injections of 5 million MSCs is under way.", "planned"),
    ],
)
def test_what_is_foreseen_and_what_is_supposed(text, told):
    assert status(text) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Use 2 million CD34+ cells/kg; do not infuse more than 5 million CD34+ cells/kg.", "negated"),
        ("4.2 Inject 5 million MSCs slowly.", "recommended"),
        ("Doses of 5 million MSCs should not be used in them.", "negated"),
        ("Some ask for doses of 5 million MSCs per knee. We do not give such doses.", "negated"),
        ("Some ask for doses of 5 million MSCs per knee. We do not treat such knees.", None),
        ("We believe that a dose of 5 million MSCs is reasonable.", "recommended"),
        ("For a person of 60 kg this is a dose of 5 million MSCs.", "hypothetical"),
        ("A fall prevented her from receiving another dose of 5 million MSCs.", "negated"),
        ("A fall prevented sleep, and she received another dose of 5 million MSCs.", "reported"),
        ("A plan should involve a dose of 5 million MSCs per knee.", "recommended"),
        ("Recommendation: a dose of 5 million MSCs per knee.", "recommended"),
        ("They have the option to receive a dose of 5 million MSCs.", "planned"),
        ("The study was designed to compare a dose of 5 million MSCs with saline.", "planned"),
        ("A dose of 5 million MSCs, designed to compare well, was given.", "reported"),
        ("Three levels are predefined, the first a dose of 5 million MSCs.", "planned"),
        ("More than a dose of 5 million MSCs may be needed.", "hypothetical"),
    ],
)
def test_what_is_advised_and_what_is_denied(text, told):
    assert status(text) == told


def test_a_target_is_planned_in_a_plan_and_advised_elsewhere():
    target = "The target is a dose of 5 million MSCs."
    assert status(f"Patients will be enrolled at three sites.\n\nThey will get rest.\n\n{target}") == "planned"
    assert status(target) == "recommended"


def test_what_is_aimed_at_is_planned_unless_it_is_said_to_be_done():
    target = "a target dose of 5 million MSCs"
    assert status(f"One infusion with {target}.") == "planned"
    assert status(f"They were injected with {target}.") == "reported"
    assert status(f"We recommend rest.\n\nWe recommend sleep.\n\nOne infusion with {target}.") == "recommended"


def test_what_is_supposed_of_one_member_of_a_list_is_of_all():
    text = "The next trial would randomise them to one of two doses ({} 5 million MSCs)."
    assert status(text.format("2 and")) == "hypothetical"
    assert status("It would help to know more, and so they were given a dose of 5 million MSCs.") == "reported"


def test_a_list_of_treatments_offers_what_it_names():
    text = "Shoulder treatment {} a dose of 5 million MSCs per joint\n\nHip treatment {} a dose of 9 million MSCs\n"
    assert status(text.format("–", "–")) == "recommended"
    assert status(text.format("with", "with")) is None


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Stem cell therapy programs", "recommended"),
        ("SOP 3: stem cells on the ward", "recommended"),
        ("An exercise program for horses", None),
    ],
)
def test_a_title_tells_the_kind_of_text(title, told):
    assert status(f"{title}\n\nDay 1\n\n- MSCs, a dose of 5 million per infusion\n") == told


def test_a_heading_that_advises_governs_what_stands_under_it():
    text = "Cells for the lung\n\nTen people were treated. They were well.\n\n{}\n\nMild: a dose of 5 million MSCs\n"
    assert status(text.format("Recommended treatment plans")) == "recommended"
    assert status(text.format("What happened")) != "recommended"


def test_a_text_that_speaks_to_its_reader_advises():
    text = (
        "How many cells?\n\n{} cells come from cords.\n\nTen were treated, as {} see.\n\nThey were well.\n\n"
        "Small adults receive a dose of 5 million MSCs.\n"
    )
    assert status(text.format("Your", "you")) == "recommended"
    assert status(text.format("Their", "you")) == "reported"


def test_one_plan_makes_no_plan_of_a_text_that_speaks_to_its_reader():
    text = "How many cells?\n\nYour cells come from cords.\n\nAs you see, {}.\n\n- MSCs, a dose of 5 million per knee\n"
    assert status(text.format("a trial is planned")) == "recommended"
    assert status(text.format("a trial is planned") + "\nA trial is planned.\n\nA trial is ongoing.\n") == "planned"


def test_what_a_text_that_advises_tells_of_a_trial_is_anothers():
    advice = "Our protocol\n\nWe recommend rest.\n\nWe recommend 2 million MSCs per knee.\n\n{}\n"
    assert status(advice.format("In a trial from Chile a dose of 5 million MSCs was given.")) == "cited"
    assert status(advice.format("In the STARLIT trial a dose of 5 million MSCs was given.")) == "cited"
    assert status(advice.format("This was a trial with rest: a dose of 5 million MSCs was given.")) == "reported"
    assert status(advice.format("Last year a dose of 5 million MSCs was given.")) == "reported"
    assert status(advice.format("Background\n\nLast year a dose of 5 million MSCs was given.")) == "cited"


def test_a_trial_of_its_own_is_reported():
    text = "Cells in stroke\n\nMethods. Ten were treated.\n\nIn a trial a dose of 5 million MSCs was given to ten.\n"
    assert status(text) == "reported"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("It was shown by Hill: the first got a dose of 5 million MSCs.", "cited"),
        ("It was shown by scans: the first got a dose of 5 million MSCs.", "reported"),
        ("The centre quotes a dose of 5 million MSCs per hip.", "cited"),
        ("In our earlier series six got a dose of 5 million MSCs.", "cited"),
        ("Ten were given a dose of 5 million MSCs (cells.example.org).", "cited"),
        ("Ten were given a dose of 5 million MSCs (see below).", "reported"),
        ("A firm presented evidence that a dose of 5 million MSCs was safe.", "cited"),
    ],
)
def test_whose_figure_it_is(text, told):
    assert status(text) == told


@pytest.mark.parametrize(("caption", "told"), [("Ongoing trials of MSCs", "planned"), ("Trials of MSCs", None)])
def test_a_table_of_trials_that_go_on_plans(caption, told):
    table = "| Trial phase | Cells given |\n|---|---|\n| I | 5 million MSCs |\n| II | 9 million MSCs |\n"
    assert status(f"Cells for all\n\nTable 2. {caption}\n\n{table}") == told


def test_the_sections_of_a_label_advise():
    label = "{}\n\nA single dose of Somecel contains 5 million MSCs.\n\nNone known.\n"
    assert status(label.format("WARNINGS AND PRECAUTIONS")) == "recommended"
    assert status(label.format("WORDS")) is None


def test_the_authors_own_earlier_work_takes_the_route_of_their_text():
    text = (
        "Intrathecal MSCs in stroke\n\nMSCs were given by intrathecal injection.\n\nAll was well.\n\nIt was cold.\n\n"
        "It was dark.\n\nIn our earlier series six got a dose of 5 million MSCs.\n"
    )
    found = next(each for each in extract_text(text, doc="a").claims if each.figure == "5 million")
    assert (found.value("status"), found.values("route")) == ("cited", ("intrathecal",))


def test_each_row_of_a_table_of_works_is_anothers():
    table = "Table 1. Doses\n{} | Route | Dose (million cells)\nALPHA | intravenous | 5 million MSCs\n"
    assert status(table.format("Trial")) == "cited"
    assert status(table.format("Group")) != "cited"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("In the knee we inject 5 million MSCs.", "recommended"),
        ("In the knee we injected 5 million MSCs.", "reported"),
        ("No harm was seen and the recommended phase 2 dose is 5 million MSCs.", "recommended"),
        ("The dose is 5 million MSCs per kg, and it may be doubled if they stay ill.", "hypothetical"),
        ("Doses above 5 million MSCs will not be tested.", "negated"),
        ("Doses of 5 million MSCs seemed enough rather than too few.", None),
        ("They chose rest rather than a dose of 5 million MSCs.", "negated"),
        ("A dose of 5 million MSCs was used in the trial by Lind.", "cited"),
        ("A dose of 5 million MSCs was used in the trial by then.", "reported"),
        ("A trial with injections of 5 million MSCs is being prepared.", "planned"),
    ],
)
def test_what_tells_how_a_dose_is_stated(text, told):
    assert status(text) == told


ADVICE = "How we do it\n\nWe recommend rest. We advise a walk.\n\nIf the pain stays, {} 5 million MSCs.\n"


def test_a_condition_of_advice_is_a_rule():
    assert status(ADVICE.format("repeat the injection of")) == "recommended"
    assert status(ADVICE.format("one might try a dose of")) == "hypothetical"


def test_a_text_that_speaks_to_its_readers_advises():
    assert status("Your knee\n\nIt depends on your weight. Light: a dose of 5 million MSCs.\n") == "recommended"
    assert status("The knee\n\nIt depends on the weight. Light: a dose of 5 million MSCs.\n") is None


TABLE = "All of them\n\nTable 1. Doses\nName | n | Dose\n{} | 20 | 5 million MSCs\n{} | 22 | 9 million MSCs\n"


@pytest.mark.parametrize(
    ("heads", "told", "work"),
    [
        (("Lind 2011", "Moss (2014), high"), "cited", ("Lind 2011",)),
        (("May 2011", "June 2014"), None, ()),
        (("Low", "High"), None, ()),
    ],
)
def test_a_row_headed_by_author_and_year_is_of_that_work(heads, told, work):
    found = [each for each in extract_text(TABLE.format(*heads), doc="a").claims if "5 million" in each.figure]
    assert len(found) == 1
    assert (found[0].value("status"), found[0].citations) == (told, work)


def test_a_work_is_told_of_until_another_begins():
    text = "In a trial by Doe et al. (2010) rest failed. It was slow. {} a dose of 5 million MSCs failed too."
    found = {each: extract_text(text.format(each), doc="a").claims[0] for each in ("They also found that", "In 2011")}
    assert [each.value("status") for each in found.values()] == ["cited", "reported"]
    assert [each.citations for each in found.values()] == [("Doe 2010",), ()]


@pytest.mark.parametrize("between", ["In our study rest helped.", "Rest helped others [7]."])
def test_no_work_is_told_of_behind_what_others_did(between):
    text = (
        f"In a trial by Doe et al. (2010) rest failed. {between} They also found that a dose of 5 million MSCs failed."
    )
    assert extract_text(text, doc="a").claims[0].citations == ()
