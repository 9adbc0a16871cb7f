"""Interval algebra: worked examples first, then laws over the whole space."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litclaims.compare.interval import (
    Interval,
    contained,
    equal,
    gap_fold,
    of,
    overlap,
    share_of_joint,
    share_of_narrower,
)


def interval(low, high, **strict):
    return Interval(*(None if end is None else Decimal(str(end)) for end in (low, high)), **strict)


@pytest.mark.parametrize(
    ("a", "b", "shared"),
    [
        (interval(40, 200), interval(2, 50), interval(40, 50)),
        (interval(10, 20), interval(2, 50), interval(10, 20)),
        (interval(2, 10), interval(10, 20), interval(10, 10)),
        (interval(None, 50), interval(40, None), interval(40, 50)),
        (interval(None, None), interval(1, 2), interval(1, 2)),
        (interval(100, 200), interval(2, 50), None),
        (interval(None, 6, high_open=True), interval(6, 6), None),
        (interval(None, 6, high_open=True), interval(6, None, low_open=True), None),
        (interval(None, 6), interval(6, None), interval(6, 6)),
    ],
)
def test_overlap_is_what_both_share(a, b, shared):
    assert overlap(a, b) == shared


@pytest.mark.parametrize(
    ("a", "b", "fold"),
    [
        (interval(100, 200), interval(2, 50), Decimal(2)),
        (interval(None, 6, high_open=True), interval(6, None, low_open=True), Decimal(1)),
        (interval(0, 0), interval(5, 6), None),
        (interval(-3, -1), interval(5, 6), None),
        (interval(40, 200), interval(2, 50), None),
    ],
)
def test_gap_is_the_ratio_of_the_nearest_ends(a, b, fold):
    assert gap_fold(a, b) == fold


def test_shares_are_linear():
    a, b = interval(40, 200), interval(2, 50)
    assert share_of_narrower(a, b) == Decimal(10) / Decimal(48)
    assert share_of_joint(a, b) == Decimal(10) / Decimal(198)


def test_shares_of_doses_are_taken_of_powers_of_ten():
    a, b = interval(1, 100), interval(10, 1000)
    assert share_of_narrower(a, b, log=True) == Decimal("0.5")
    assert round(share_of_joint(a, b, log=True), 9) == Decimal("0.333333333")
    assert share_of_narrower(interval(0, 50), interval(40, 60), log=True) == Decimal("0.5")


def test_share_of_an_unbounded_range_is_taken_of_the_bounded_one():
    assert share_of_narrower(interval(40, None), interval(2, 50)) == Decimal(10) / Decimal(48)
    assert share_of_joint(interval(40, None), interval(2, 50)) is None


def test_share_of_two_unbounded_ranges_is_unknown():
    assert share_of_narrower(interval(5, None), interval(None, 50)) is None


def test_a_point_within_is_shared_in_full():
    assert share_of_narrower(interval(10, 10), interval(2, 50)) == 1
    assert share_of_joint(interval(10, 10), interval(10, 10)) == 1


def test_an_excluded_end_is_not_contained():
    assert not contained(interval(6, 6), interval(None, 6, high_open=True))
    assert not contained(interval(6, 6), interval(6, None, low_open=True))
    assert contained(interval(None, 6, high_open=True), interval(None, 6))


def test_ends_that_a_conversion_moved_are_the_same():
    assert equal(interval("0.03285420944558522", 1), interval("0.03285420944558521", 1))
    assert contained(interval("1.0000000001", 2), interval(1, "1.9999999999"))
    assert not equal(interval("1.0001", 2), interval(1, 2))


def test_strict_ends_come_from_the_bound(position):
    assert of(position(high=6, bound="less_than")).high_open
    assert not of(position(high=6, bound="at_most")).high_open
    assert of(position(low=6, bound="greater_than")).low_open
    assert not of(position(low=6, bound="at_least")).low_open


def test_absurd_exponents_give_none():
    huge, tiny = Interval(Decimal("9e999999"), Decimal("9e999999")), Interval(Decimal("1e-9999"), Decimal("1e-9999"))
    assert gap_fold(huge, tiny) is None


ends = st.none() | st.decimals(min_value=0, max_value=10**12, places=2)


@st.composite
def intervals(draw):
    low, high = draw(ends), draw(ends)
    if low is not None and high is not None:
        return Interval(min(low, high), max(low, high))
    return Interval(
        low, high, low_open=low is not None and draw(st.booleans()), high_open=high is not None and draw(st.booleans())
    )


@given(intervals(), intervals())
def test_order_does_not_matter(a, b):
    for function in (overlap, equal, gap_fold, share_of_narrower, share_of_joint):
        assert function(a, b) == function(b, a)


@given(intervals(), intervals())
def test_overlap_lies_within_both(a, b):
    shared = overlap(a, b)
    assert shared is None or (contained(shared, a) and contained(shared, b))


@given(intervals(), intervals())
def test_no_overlap_means_a_gap_and_no_share(a, b):
    if overlap(a, b) is None:
        assert share_of_narrower(a, b) == share_of_joint(a, b) == 0
        fold = gap_fold(a, b)
        assert fold is None or fold >= 1
    else:
        assert gap_fold(a, b) is None


@given(intervals(), intervals())
def test_shares_lie_between_none_and_all(a, b):
    for log in (False, True):
        for share in (share_of_narrower(a, b, log=log), share_of_joint(a, b, log=log)):
            assert share is None or 0 <= share <= 1


@given(intervals(), intervals(), intervals())
def test_containment_is_an_order(a, b, c):
    assert contained(a, a)
    if contained(a, b) and contained(b, a):
        assert equal(a, b)
    if contained(a, b) and overlap(a, c) is not None and a.low == a.high:
        assert overlap(b, c) is not None
