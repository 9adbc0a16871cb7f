"""Positions: what is put together, what is kept apart, and ids that stay."""

import random
from dataclasses import replace
from decimal import Decimal

import pytest

from litclaims.compare import compare, positions
from litclaims.compare.positions import part_of, section_rows


def at(found, level):
    return [position for position in found if position.level == level]


def test_three_muscle_groups_are_three_sites_and_one_route(muscles, sentences):
    found = positions(muscles, sentences=sentences)
    assert [(p.low, p.high) for p in sorted(at(found, "site"), key=lambda p: p.low)] == [
        (Decimal("2e6"), Decimal("5e6")),
        (Decimal("10e6"), Decimal("20e6")),
        (Decimal("30e6"), Decimal("50e6")),
    ]
    (envelope,) = at(found, "route")
    assert (envelope.low, envelope.high, envelope.bound) == (Decimal("2e6"), Decimal("50e6"), "range")
    assert (envelope.route, envelope.basis, envelope.target) == (("intramuscular",), None, ())
    assert envelope.cell_type == "mesenchymal stromal cell"
    assert envelope.claim_ids == ("muscle.txt-0", "muscle.txt-50", "muscle.txt-100")
    assert envelope.sentence == "Sentence of muscle.txt-0."
    assert envelope.doc_id == "id of muscle.txt"


def test_one_site_makes_a_route_position_too(claim, sentences):
    found = positions([claim(value="50e6", target="knee")], sentences=sentences)
    assert [(p.level, p.route, p.target) for p in found] == [("route", (), ("knee",)), ("site", (), ("knee",))]


def test_claims_without_route_are_apart_by_basis(claim, sentences):
    claims = [claim(start=0, value=1, basis="session"), claim(start=9, value=2, basis="knee"), claim(start=20, value=3)]
    found = at(positions(claims, sentences=sentences), "route")
    assert [(p.route, p.basis) for p in found] == [((), None), ((), "knee"), ((), "session")]


def test_arms_at_one_site_are_an_envelope(claim, sentences):
    arms = [claim(start=9 * i, value=value, route="intravenous") for i, value in enumerate(("1e6", "5e6", "10e6"))]
    site, route = positions(arms, sentences=sentences)[::-1]
    assert (site.low, site.high, site.bound) == (Decimal("1e6"), Decimal("10e6"), "range")
    assert (route.low, route.high) == (site.low, site.high)
    assert len(site.figures) == 3


def test_a_shared_bound_is_kept(claim, sentences):
    claims = [claim(start=0, value=5, bound="approximate"), claim(start=9, value=7, bound="approximate")]
    assert {p.bound for p in positions(claims, sentences=sentences)} == {"approximate"}
    assert {p.bound for p in positions(claims[:1], sentences=sentences)} == {"approximate"}
    mixed = [*claims, claim(start=20, value=9)]
    assert {p.bound for p in positions(mixed, sentences=sentences)} == {"range"}


def test_limits_are_not_mixed_with_ranges(claim, sentences):
    claims = [
        claim(start=0, low=2, high=20),
        claim(start=9, high=50, bound="at_most"),
        claim(start=20, low=1, bound="at_least"),
    ]
    found = at(positions(claims, sentences=sentences), "route")
    assert sorted(((p.low, p.high) for p in found), key=str) == sorted([(2, 20), (None, 50), (1, None)], key=str)


@pytest.mark.parametrize("status", ["negated", "hypothetical"])
def test_what_is_not_held_stays_out_of_the_envelope(claim, sentences, status):
    claims = [claim(start=0, value="5e6"), claim(start=9, value="500e6", status=status)]
    found = at(positions(claims, sentences=sentences), "route")
    assert sorted((p.status or "", p.high) for p in found) == [("", Decimal("5e6")), (status, Decimal("500e6"))]


def test_cited_and_own_statements_share_a_route_but_not_a_site(claim, sentences):
    claims = [claim(start=0, value=5, status="recommended"), claim(start=9, value=9, status="cited")]
    found = positions(claims, sentences=sentences)
    assert [p.status for p in at(found, "site")] == ["recommended", "cited"]
    assert [p.status for p in at(found, "route")] == [None]


def test_animals_do_not_widen_the_human_envelope(claim, sentences):
    claims = [
        claim(start=0, value="1e5", species="mouse"),
        claim(start=9, value="1e8", species="human"),
        claim(start=20, value="2e8"),
    ]
    found = at(positions(claims, sentences=sentences), "route")
    assert {p.species: (p.low, p.high) for p in found} == {
        "mouse": (Decimal("1e5"), Decimal("1e5")),
        "human": (Decimal("1e8"), Decimal("2e8")),
    }


def test_guessed_figures_set_no_end_beside_sure_ones(claim, sentences):
    claims = [claim(start=0, low="2e6", high="5e6"), claim(start=9, value="106", guessed=True)]
    site = at(positions(claims, sentences=sentences), "site")[0]
    assert (site.low, site.high, site.guessed) == (Decimal("2e6"), Decimal("5e6"), False)
    assert len(site.claim_ids) == 2
    alone = positions(claims[1:], sentences=sentences)[0]
    assert (alone.low, alone.guessed) == (Decimal("106"), True)


def test_a_position_rests_on_citations_only_if_every_claim_does(claim, sentences):
    cited = [claim(start=0, value=5, citations=["3"]), claim(start=9, value=6, citations=["4"])]
    assert positions(cited, sentences=sentences)[0].citations == ("3", "4")
    assert positions([*cited, claim(start=20, value=7)], sentences=sentences)[0].citations == ()


def test_order_of_the_claims_does_not_matter(essay, muscles, sentences):
    claims = [*essay, *muscles]
    expected = positions(claims, sentences=sentences)
    random.Random(7).shuffle(claims)
    assert positions(iter(claims), sentences=sentences) == expected
    assert [p.doc for p in expected] == sorted(p.doc for p in expected)


def test_order_within_a_slot_does_not_matter(claim, sentences):
    a = positions([claim(value=5, target=["knee", "back"])], sentences=sentences)
    b = positions([claim(value=5, target=["back", "knee"])], sentences=sentences)
    assert [p.position_id for p in a] == [p.position_id for p in b]


def test_ids_are_distinct_and_do_not_hang_on_the_values(essay, muscles, claim, sentences):
    found = positions([*essay, *muscles], sentences=sentences)
    assert len({p.position_id for p in found}) == len(found)
    before, after = (positions([claim(value=v, route="intravenous")], sentences=sentences) for v in (5, 6))
    assert [p.position_id for p in before] == [p.position_id for p in after]


def test_no_claims_make_no_positions(sentences):
    assert positions([], sentences=sentences) == ()


def sectioned(claim, section, **given):
    return replace(claim(**given), section=section)


def test_an_abstract_that_contradicts_the_body_is_a_position_of_its_own(claim, sentences):
    claims = [
        sectioned(claim, "A trial > Abstract", start=0, value="50e6", target="knee"),
        sectioned(claim, "A trial > Methods", start=90, value="5e6", target="knee"),
        sectioned(claim, "A trial > Results", start=190, value="6e6", target="knee"),
    ]
    found = compare(claims, sentences=sentences)
    sites = [(p.low, p.high) for p in at(found.positions, "site")]
    assert sorted(sites) == [(Decimal("5e6"), Decimal("6e6")), (Decimal("50e6"), Decimal("50e6"))]
    assert [(p.low, p.high) for p in at(found.positions, "route")] == [(Decimal("5e6"), Decimal("50e6"))]
    assert [(v.verdict, v.flag, v.grade, v.level) for v in found.verdicts] == [("disjoint", True, "same", "site")]


def test_an_abstract_that_says_what_the_body_says_is_one_position_with_it(claim, sentences):
    claims = [
        sectioned(claim, "Abstract", start=0, value="5e6"),
        sectioned(claim, "Methods", start=90, low="4e6", high="6e6"),
    ]
    assert len(at(positions(claims, sentences=sentences), "site")) == 1
    arms = [sectioned(claim, "Methods", start=90 * arm, value=str(10**arm)) for arm in range(3)]
    assert len(at(positions(arms, sentences=sentences), "site")) == 1


def test_a_guessed_figure_of_the_abstract_contradicts_nothing(claim, sentences):
    claims = [
        sectioned(claim, "Abstract", start=0, value="106", guessed=True),
        sectioned(claim, "Methods", start=90, value="1e6"),
    ]
    assert len(at(positions(claims, sentences=sentences), "site")) == 1


@pytest.mark.parametrize("row", section_rows(), ids=lambda row: row["label"])
def test_a_heading_is_known_by_its_example_and_not_by_its_counterexample(row):
    assert part_of(f"A title > {row['example']}") == row["part"]
    assert part_of(row["counterexample"]) == ""
