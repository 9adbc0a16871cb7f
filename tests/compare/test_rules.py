"""Every rule against its own cases, both ways round; a rule without cases fails."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from litclaims.compare.comparability import likeness
from litclaims.compare.finding import Context, Corpus
from litclaims.compare.rules import name, rules
from litclaims.compare.verdicts import judge
from litclaims.model import GRADES, VERDICTS

KNOWN = {"name", "a", "b", "keys", "verdict", "flag", "grade", "overlap", "gap_fold", "reason"}


def cases_of(rule):
    return yaml.safe_load(Path(rule.__file__).with_suffix(".yml").read_text(encoding="utf-8"))


CASES = [pytest.param(rule, case, id=f"{name(rule)}: {case['name']}") for rule in rules() for case in cases_of(rule)]


def built(case, position):
    a, b = position(**{"doc": "A.txt", **case["a"]}), position(**{"doc": "B.txt", **case["b"]})
    keys = {doc: frozenset(found) for doc, found in case.get("keys", {}).items()}
    return a, b, Corpus(document_keys=keys)


def exact(value):
    return None if value is None else Decimal(str(value))


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_case(rule, case, position, is_a):
    assert set(case) <= KNOWN
    a, b, corpus = built(case, position)
    verdict = judge(a, b, is_a=is_a, corpus=corpus)
    assert verdict.verdict == case["verdict"]
    assert (verdict.rule == name(rule)) is (case["verdict"] == name(rule))
    for field in ("flag", "grade"):
        assert getattr(verdict, field) == case.get(field, getattr(verdict, field))
    assert case.get("reason", "") in verdict.reason
    if "overlap" in case:
        assert [verdict.overlap_low, verdict.overlap_high] == [exact(end) for end in case["overlap"]]
    if "gap_fold" in case:
        assert verdict.gap_fold == exact(case["gap_fold"])


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_sides_may_be_swapped(rule, case, position, is_a):
    a, b, corpus = built(case, position)
    assert judge(a, b, is_a=is_a, corpus=corpus) == judge(b, a, is_a=is_a, corpus=corpus)
    there, back = (rule.check(x, y, Context(likeness(x, y, is_a=is_a), corpus, is_a)) for x, y in ((a, b), (b, a)))
    assert (there is None) is (back is None)
    if there is not None:
        fields = ("verdict", "severity", "flag", "shared", "gap_fold", "grade")
        assert [getattr(there, field) for field in fields] == [getattr(back, field) for field in fields]


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_reason_is_one_sentence_and_severity_a_share(rule, case, position, is_a):
    a, b, corpus = built(case, position)
    verdict = judge(a, b, is_a=is_a, corpus=corpus)
    assert verdict.reason.endswith(".")
    assert not verdict.reason.endswith("..")
    assert "\n" not in verdict.reason
    assert verdict.reason[0].isdigit() or verdict.reason[0].isupper()
    assert 0 <= verdict.severity <= 1
    assert verdict.verdict in VERDICTS
    assert verdict.grade in GRADES


@pytest.mark.parametrize("rule", rules(), ids=name)
def test_rule_has_cases_for_and_against(rule):
    cases = cases_of(rule)
    fired = Counter(case["verdict"] == name(rule) for case in cases)
    assert len(cases) >= 10
    assert fired[True] >= 2
    assert fired[False] >= 2
    assert len({case["name"] for case in cases}) == len(cases)


@pytest.mark.parametrize("rule", rules(), ids=name)
def test_rule_says_what_to_flag_and_what_to_leave_alone(rule):
    assert "**Flag**" in rule.__doc__
    assert "**Leave alone**" in rule.__doc__
    assert rule.check.__doc__


def test_every_verdict_has_a_rule():
    assert sorted(name(rule) for rule in rules()) == sorted(VERDICTS)


def test_no_two_rules_have_one_priority():
    priorities = [rule.PRIORITY for rule in rules()]
    assert priorities == sorted(set(priorities))
