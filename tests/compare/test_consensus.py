"""The consensus: envelope, median interval, independent sources, and who is outside."""

from decimal import Decimal

import pytest

from litclaims.compare.consensus import source, standings


@pytest.fixture
def five(position):
    values = ((10, 20), (15, 30), (20, 40), (25, 50), (400, 500))
    return [position(doc=f"{i}.txt", low=low, high=high, route=["intravenous"]) for i, (low, high) in enumerate(values)]


def test_the_median_interval_is_made_of_stated_figures(five):
    found = standings(five)
    agreed = found[five[0].position_id].consensus
    assert (agreed.low, agreed.high) == (10, 500)
    assert (agreed.median_low, agreed.median_high) == (20, 40)
    assert (agreed.n_sources, agreed.n_documents) == (5, 5)


def test_who_is_outside_is_told_with_how_far(five):
    found = standings(five)
    assert [(found[p.position_id].side, found[p.position_id].fold) for p in five[:4]] == [("", None)] * 4
    assert (found[five[4].position_id].side, found[five[4].position_id].fold) == ("above", 10)


def test_below_is_told_too(position):
    group = [position(doc=f"{i}.txt", value=value) for i, value in enumerate((2, 50, 60))]
    standing = standings(group)[group[0].position_id]
    assert (standing.side, standing.fold) == ("below", 25)


def test_inherited_figures_count_once(position):
    cited = [position(doc=f"{i}.txt", value=50, citations=["doi:10.1000/TRIAL"]) for i in range(4)]
    own = position(doc="trial.txt", value=50)
    other = position(doc="other.txt", value=70)
    keys = {"trial.txt": ["doi:10.1000/trial"]}
    found = standings([*cited, own, other], document_keys=keys)[own.position_id].consensus
    assert (found.n_sources, found.n_documents) == (2, 6)
    assert (found.median_low, found.median_high) == (50, 70)
    assert standings([*cited, own, other])[own.position_id].consensus.n_sources == 3


def test_bare_markers_are_the_documents_own(position):
    assert source(position(doc="a.txt", value=1, citations=["3"]), {}) == "a.txt"
    assert source(position(doc="a.txt", value=1, citations=["pmid:3"]), {}) == "pmid:3"


@pytest.mark.parametrize(
    "facets",
    [
        {"route": ["intramuscular"]},
        {"basis": "session"},
        {"condition": ["stroke"]},
        {"unit": "cell/kg"},
        {"species": "mouse"},
    ],
)
def test_what_is_about_something_else_has_no_part(position, facets):
    ours, theirs = position(value=1), position(doc="B.txt", value=9, **facets)
    found = standings([ours, theirs])
    assert found[ours.position_id].consensus.n_documents == found[theirs.position_id].consensus.n_documents == 1


def test_sites_and_cell_types_are_put_together(position):
    group = [position(value=1, target=["knee"]), position(doc="B.txt", value=9, cell_type="T cell")]
    assert standings(group)[group[0].position_id].consensus.n_documents == 2


def test_what_is_not_held_has_no_standing(position):
    ours, negated = position(value=1), position(doc="B.txt", value=9, status="negated")
    assert set(standings([ours, negated])) == {ours.position_id}


def test_limits_and_guesses_set_no_median(position):
    sure, limit = position(value=10), position(doc="B.txt", high=90)
    guessed = position(doc="C.txt", value=1000, guessed=True)
    agreed = standings([sure, limit, guessed])[sure.position_id].consensus
    assert (agreed.median_low, agreed.median_high, agreed.low, agreed.high) == (10, 10, 10, 10)
    only = standings([limit])[limit.position_id].consensus
    assert (only.median_low, only.low, only.high) == (None, None, Decimal(90))


def test_one_source_alone_is_never_outside_itself(position):
    group = [position(value=1, target=["knee"]), position(value=900, target=["hip"])]
    assert {standing.side for standing in standings(group).values()} == {""}
