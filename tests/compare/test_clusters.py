"""Clusters by a sweep: what stands together, where the gaps are, and how many are told."""

import itertools
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litclaims.compare import pairing
from litclaims.compare.clusters import cells, sweep
from litclaims.model import DOSE_MEASURES, MEASURES, Position


def at(low, high, name="", **facets):
    return Position(
        position_id=f"{low}-{high}{name}",
        level="site",
        doc=f"{low}-{high}{name}.txt",
        doc_id="",
        measure="cell_dose",
        unit="cell",
        low=None if low is None else Decimal(low),
        high=None if high is None else Decimal(high),
        **facets,
    )


def envelopes(clusters):
    return [(cluster.low, cluster.high) for cluster in clusters]


def test_intervals_that_overlap_in_a_chain_stand_together():
    clusters = sweep([at(1, 3), at(2, 5), at(5, 6), at(60, 70), at(65, 90)])
    assert envelopes(clusters) == [(1, 6), (60, 90)]
    assert [cluster.gap_above for cluster in clusters] == [10, None]
    assert clusters[0].highest.high == 6
    assert clusters[1].lowest.low == 60
    assert clusters[0].documents == ("1-3.txt", "2-5.txt", "5-6.txt")


def test_a_wide_interval_keeps_what_it_holds_in_its_cluster():
    assert envelopes(sweep([at(1, 100), at(2, 3), at(50, 60), at(200, 300)])) == [(1, 100), (200, 300)]


def test_a_strict_end_does_not_touch():
    below, above = at(None, 6, bound="less_than"), at(6, None, bound="at_least")
    assert len(sweep([below, above])) == 2
    assert len(sweep([at(None, 6, bound="at_most"), above])) == 1


def test_of_many_gaps_the_widest_part_clusters():
    points = [at(value, value) for value in (1, 2, 3, 40, 41, 900)]
    assert envelopes(sweep(points, most=3)) == [(1, 3), (40, 41), (900, 900)]
    assert envelopes(sweep(points, most=1)) == [(1, 900)]


def test_nothing_has_no_cluster():
    assert sweep([]) == ()


def test_what_differs_in_a_facet_is_another_cell():
    apart = [
        at(1, 2),
        at(1, 2, route=("intravenous",)),
        at(1, 2, basis="session"),
        at(1, 2, cell_type="T cell"),
        at(1, 2, species="mouse"),
        at(1, 2, status="negated"),
        at(None, 2),
        at(1, None),
    ]
    alike = [at(3, 4, species="human"), at(5, 6, status="reported")]
    assert sorted(map(len, cells([*apart, *alike]).values())) == [1, 1, 1, 1, 1, 1, 1, 3]


ends = st.lists(st.tuples(st.integers(1, 500), st.integers(0, 60)), max_size=40)


@given(ends, st.integers(1, 6))
def test_every_position_is_in_one_cluster_and_clusters_do_not_meet(found, most):
    cell = [at(low, low + width, f"#{index}") for index, (low, width) in enumerate(found)]
    clusters = sweep(cell, most=most)
    members = [position.position_id for cluster in clusters for position in cluster.members]
    assert sorted(members) == sorted(position.position_id for position in cell)
    assert len(clusters) <= most
    for below, above in itertools.pairwise(clusters):
        assert below.high < above.low
        assert below.gap_above == above.low / below.high


@given(ends)
def test_the_order_of_the_positions_does_not_matter(found):
    cell = [at(low, low + width, f"#{index}") for index, (low, width) in enumerate(found)]
    assert sweep(cell) == sweep(cell[::-1])


def test_in_a_large_group_each_position_counts_who_stands_apart(monkeypatch):
    clusters = sweep([at(1, 3), at(2, 5), at(60, 70)])
    assert pairing.counts(clusters) == {}
    monkeypatch.setattr(pairing, "LIMIT", 2)
    assert pairing.counts(clusters) == {"1-3": (1, 1), "2-5": (1, 1), "60-70": (2, 0)}


def test_doses_are_paired_in_larger_groups_than_other_measures():
    wide = {measure: pairing.limit(measure) for measure in MEASURES}
    assert {measure for measure, most in wide.items() if most == pairing.LIMIT} == {*DOSE_MEASURES, "mass_dose"}
    assert set(wide.values()) == {pairing.LIMIT, pairing.OTHER_LIMIT}
    assert pairing.OTHER_LIMIT < pairing.LIMIT


@pytest.mark.parametrize("measure", ["cell_dose", "duration"])
def test_a_larger_group_lists_no_more_pairs_than_one_at_the_limit(measure):
    most = pairing.limit(measure)
    for size in (most, most + 1, 4 * most):
        group = [replace(at(value, value, f"#{value}"), measure=measure) for value in range(1, 10 * size, 10)]
        found = list(pairing.pairs(group, pairing.group_clusters(group)))
        assert 0 < len(found) <= most * (most - 1) // 2


def large(monkeypatch, *positions):
    """The pairs that stand out of a group that is too large for all pairs."""
    monkeypatch.setattr(pairing, "LIMIT", 1)
    found = pairing.pairs(positions, pairing.group_clusters(positions), keys={"doi:10.1/x": "trial.txt"})
    return {frozenset((a.position_id, b.position_id)) for a, b in found}


def test_of_a_large_group_neighbours_across_a_gap_stand_out(monkeypatch):
    found = large(monkeypatch, at(1, 3), at(2, 5), at(60, 70), at(65, 90))
    assert found == {frozenset(("2-5", "60-70"))}


def test_of_a_large_group_a_lost_factor_stands_out(monkeypatch):
    chain = [at(low, low * 3) for low in (1, 2, 5, 10, 25, 60, 150, 400, 1000)]
    assert frozenset(("2-5", "2000-5000")) in large(monkeypatch, *chain, at(2, 5), at(2000, 5000))
    assert frozenset(("108-216", "100000000-200000000")) in large(
        monkeypatch, at(108, 216), at(10**8, 2 * 10**8), at(100, 10**9)
    )


def test_of_a_large_group_a_document_that_contradicts_itself_stands_out(monkeypatch):
    one, other = at(1, 2, basis="session"), at(900, 950)
    inside = [replace(one, doc="a.txt"), replace(other, doc="a.txt")]
    unlike = [replace(at(3, 4, basis="knee"), doc="b.txt"), replace(at(700, 800, basis="session"), doc="b.txt")]
    found = large(monkeypatch, *inside, *unlike, *(at(low, 10**6, f"#{low}") for low in range(10)))
    assert frozenset(("1-2", "900-950")) in found


def test_of_a_large_group_a_quotation_stands_out(monkeypatch):
    quoting = at(52, 52, status="cited", citations=("doi:10.1/x",))
    quoted = replace(at(25, 25), doc="trial.txt")
    wide = [at(1, 100, f"#{number}") for number in range(5)]
    assert frozenset(("52-52", "25-25")) in large(monkeypatch, quoting, quoted, *wide)
