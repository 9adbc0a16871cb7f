"""Kinds and tiers of the comparison: every row of their files, for and against."""

import re

import pytest

from litclaims.compare import bases, kinds
from litclaims.compare.kinds import either, vocabulary_is_a
from litclaims.compare.verdicts import judge

_SUM = re.compile(r"(\d+) (.+) = (\d+) × (\d+) (.+)")
_NO_SUM = re.compile(r"(\d+) (.+) = (\d+) (.+)")


@pytest.mark.parametrize("row", kinds.rows(), ids=lambda row: f"{row['label']} < {row['parent']}")
def test_a_row_of_kinds_holds_one_way_and_not_for_its_counterexample(row):
    assert vocabulary_is_a(row["kind"], row["label"], row["parent"])
    assert not vocabulary_is_a(row["kind"], row["parent"], row["label"])
    assert not vocabulary_is_a(row["kind"], row["counterexample"], row["parent"])
    assert row["source"]


@pytest.mark.parametrize(
    ("kind", "label", "ancestor"),
    [
        ("route", "caudal epidural", "epidural"),
        ("route", "caudal epidural", "intraspinal"),
        ("target", "knee", "joint"),
        ("cell_type", "adipose-derived stem cell", "mesenchymal stromal cell"),
        ("basis", "knee", "site"),
        ("basis", "disc", "site"),
    ],
)
def test_kinds_of_the_field(kind, label, ancestor):
    assert vocabulary_is_a(kind, label, ancestor)
    assert not vocabulary_is_a(kind, ancestor, label)


def test_another_source_of_knowledge_may_widen_the_relation():
    def base(kind, label, ancestor, /):
        return (kind, label, ancestor) == ("cell_type", "Wharton's jelly cell", "mesenchymal stromal cell")

    both = either(vocabulary_is_a, base)
    assert both("cell_type", "Wharton's jelly cell", "mesenchymal stromal cell")
    assert both("target", "knee", "joint")
    assert not both("target", "joint", "knee")


@pytest.mark.parametrize("row", bases.rows(), ids=lambda row: row["basis"])
def test_a_basis_is_counted_as_its_example_says(row, position):
    amount, whole, number, part_amount, part = _SUM.fullmatch(row["example"]).groups()
    assert row["basis"] in (whole, part)
    verdict = judge(position(value=f"{amount}e6", basis=whole), position(doc="B", value=f"{part_amount}e6", basis=part))
    assert verdict.verdict == "convertible_if"
    assert f"for {number} " in verdict.reason


@pytest.mark.parametrize("row", bases.rows(), ids=lambda row: row["basis"])
def test_a_basis_is_not_counted_as_its_counterexample_says(row, position):
    amount, one, other_amount, other = _NO_SUM.fullmatch(row["counterexample"]).groups()
    verdict = judge(position(value=f"{amount}e6", basis=one), position(doc="B", value=f"{other_amount}e6", basis=other))
    assert verdict.verdict == "disjoint"


def test_a_knee_is_a_site_and_a_kilogram_is_none():
    assert bases.tier("knee", vocabulary_is_a) == "site"
    assert bases.tier("kg", vocabulary_is_a) is None
    assert bases.tier(None, vocabulary_is_a) is None
