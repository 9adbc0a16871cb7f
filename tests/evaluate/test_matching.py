"""Overlap, equality of values, and the one-to-one assignment."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litclaims.evaluate.match import assign, likeness, overlaps, same_number, same_quantity
from litclaims.model import Quantity, Span


def quantity(low, high, unit="cell"):
    low, high = (None if end is None else Decimal(str(end)) for end in (low, high))
    return Quantity(low, high, unit, "range")


@pytest.mark.parametrize(
    ("a", "b", "unit", "same"),
    [
        ((2, 5), (2, 5), "cell", True),
        ((2, 5), (2, 6), "cell", False),
        ((2, 5), (1, 5), "cell", False),
        (("1000000", "1000000"), ("1000000.9", "1000000.9"), "cell", True),  # 9e-7 apart
        (("1000000", "1000000"), ("1000001.1", "1000001.1"), "cell", False),  # 1.1e-6 apart
        ((None, 35), (None, 35), "kg/m2", True),
        ((None, 35), (0, 35), "kg/m2", False),
        ((35, None), (None, 35), "kg/m2", False),
        ((0, 0), (0, 0), "1", True),
        ((30, 30), ("30.4375", "30.4375"), "d", True),  # a month, rounded and not
        ((30, 30), ("30.5", "30.5"), "d", True),
        ((30, 30), ("30.6", "30.6"), "d", False),
        ((30, 30), ("30.4375", "30.4375"), "mL", False),  # the half is for days alone
        (("0.25", "0.25"), ("0.5", "0.5"), "d", False),  # below a day nothing is rounded
        (("1", "1"), ("0.6", "0.6"), "d", False),
    ],
)
def test_values_are_equal_within_their_tolerance(a, b, unit, same):
    assert same_quantity(quantity(*a, unit), quantity(*b, unit)) is same
    assert same_quantity(quantity(*b, unit), quantity(*a, unit)) is same


def test_the_unit_is_part_of_the_value():
    assert not same_quantity(quantity(1, 1, "cell"), quantity(1, 1, "cell/kg"))


def test_nothing_equals_nothing_only():
    assert same_number(None, None)
    assert not same_number(None, Decimal(0))


def test_likeness_is_shared_over_joint_characters():
    """0-4 and 2-8 share 2 of 8 characters; equal spans share all, adjacent and empty ones none."""
    assert likeness(Span(0, 4), Span(2, 8)) == 0.25
    assert likeness(Span(3, 9), Span(3, 9)) == 1.0
    assert likeness(Span(0, 4), Span(4, 8)) == 0.0
    assert likeness(Span(4, 4), Span(4, 4)) == 0.0


SPANS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 9)), max_size=8)


@given(golds=SPANS, claims=SPANS)
def test_overlaps_are_those_of_the_sets_of_characters(golds, claims):
    class Spanned:
        def __init__(self, at, size):
            self.span = Span(at, at + size)
            self.characters = set(range(at, at + size))

    golds, claims = [Spanned(*gold) for gold in golds], [Spanned(*claim) for claim in sorted(claims)]
    want = [[at for at, claim in enumerate(claims) if claim.characters & gold.characters] for gold in golds]
    assert overlaps(golds, claims) == want


def test_the_heavier_edge_is_taken():
    assert assign({(0, 0): 0.2, (0, 1): 0.9}) == {0: 1}


def test_a_pair_moves_over_to_make_room():
    """0 takes its heaviest, 0; then 1 has only 0, so that 0 must move to 1: two pairs instead of one."""
    assert assign({(0, 0): 0.9, (0, 1): 0.1, (1, 0): 0.5}) == {0: 1, 1: 0}


EDGES = st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.sampled_from([0.1, 0.5, 0.9]), max_size=12)


def largest(edges):
    """Size of the largest set of edges without a common end, by trying every order of claims."""
    return max(
        sum((gold, claim) in edges for gold, claim in enumerate(order)) for order in itertools.permutations(range(5))
    )


@given(edges=EDGES)
def test_the_assignment_is_one_to_one_and_largest(edges):
    pairs = assign(edges)
    assert all(pair in edges for pair in pairs.items())
    assert len(set(pairs.values())) == len(pairs) == largest(edges)
    assert assign(dict(reversed(edges.items()))) == pairs


def test_a_long_chain_needs_no_recursion():
    """Gold i fits claims i and i+1, the last fits none but its own: 3000 pairs along one augmenting path."""
    size = 3000
    edges = {(at, at + shift): 0.9 if shift else 0.1 for at in range(size - 1) for shift in (0, 1)}
    edges[size - 1, size - 1] = 0.1
    assert len(assign(edges)) == size
