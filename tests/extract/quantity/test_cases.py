"""Every form of a figure: the cases stand beside the grammar, in ``extract/quantity/cases``."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import pytest

import litclaims.extract.quantity as module
from litclaims.extract.quantity import Context, Finding, find_quantities
from litclaims.model import BOUNDS, MEASURES, Span
from litclaims.normalize import quantity, unit
from litclaims.segment.parts import read
from litclaims.segment.view import view
from marked import Case, CaseError, Mark, parse, read_cases

FOLDER = Path(module.__file__).with_name("cases")
KEYS = frozenset(("measure", "value", "low", "high", "unit", "bound", "spread", "repairs", "guessed", "unparsed"))
OPTIONS = frozenset(("heading", "before"))
FILES = {path.stem: read_cases(path, keys=KEYS, options=OPTIONS) for path in sorted(FOLDER.glob("*.yml"))}
CASES = [case for cases in FILES.values() for case in cases]


def _parameters() -> list:
    return [
        pytest.param(
            case, id=f"{case.place} {case.text}", marks=[pytest.mark.xfail(reason=case.xfail)] * bool(case.xfail)
        )
        for case in CASES
    ]


def findings(case: Case) -> list[Finding]:
    """What the grammar finds in a case's text, with the sentences of the real pipeline."""
    seen = view(case.text)
    sentences = tuple(Span(sent.start_char, sent.end_char) for sent in read(seen).sents if sent.text.strip())
    headings = (case.options["heading"],) if "heading" in case.options else ()
    return find_quantities(seen, Context(sentences, headings, case.options.get("before", "")))


def _number(text: str) -> Fraction:
    numerator, _, divisor = text.partition("/")
    return Fraction(numerator) / Fraction(divisor or 1)


def _same(found, expected: str | None) -> bool:
    if found is None or expected is None:
        return found is None and expected is None
    return math.isclose(float(found), float(_number(expected)), rel_tol=1e-12)


def _expected_ends(mark: Mark) -> tuple[str | None, str | None]:
    value = mark.keys.get("value")
    return (value, value) if value else (mark.keys.get("low"), mark.keys.get("high"))


def _check(finding: Finding, mark: Mark) -> None:
    value, keys = quantity(finding), mark.keys
    low, high = _expected_ends(mark)
    assert (finding.measure, unit(finding), value.bound) == (keys["measure"], keys["unit"], keys.get("bound", "exact"))
    assert _same(value.low, low), f"low {value.low}, not {low}"
    assert _same(value.high, high), f"high {value.high}, not {high}"
    assert _same(value.spread, keys.get("spread")), f"spread {value.spread}, not {keys.get('spread')}"
    assert ", ".join(value.repairs) == keys.get("repairs", "")
    assert value.guessed == (keys.get("guessed") == "yes")


@pytest.mark.parametrize("case", _parameters())
def test_the_figures_of_a_text_are_the_marked_ones(case):
    found = findings(case)
    claims = [finding for finding in found if finding.measure]
    expected = [mark for mark in case.marks if "measure" in mark.keys]
    assert [case.text[item.start : item.end] for item in claims] == [
        case.text[item.start : item.end] for item in expected
    ]
    assert [(item.start, item.end) for item in claims] == [(item.start, item.end) for item in expected]
    for finding, mark in zip(claims, expected, strict=True):
        _check(finding, mark)


def _unparsed() -> list:
    return [pytest.param(case, id=case.place) for case in CASES if any("unparsed" in mark.keys for mark in case.marks)]


@pytest.mark.parametrize("case", _unparsed())
def test_a_number_of_cells_that_is_no_claim_is_kept_with_its_reason(case):
    reasons = {(finding.start, finding.end): finding.reason for finding in findings(case) if not finding.measure}
    for mark in case.marks:
        if "unparsed" in mark.keys:
            reason = reasons.get((mark.start, mark.end))
            assert reason
            assert mark.keys["unparsed"] in ("yes", reason)


@pytest.mark.parametrize("name", FILES)
def test_each_file_has_positive_and_negative_cases(name):
    claims = [any("measure" in mark.keys for mark in case.marks) for case in FILES[name]]
    assert any(claims)
    assert not all(claims)


@pytest.mark.parametrize("name", FILES)
def test_each_figure_begins_and_ends_at_a_token(name):
    torn = []
    for case in FILES[name]:
        doc = read(view(case.text))
        torn += [case.text[item.start : item.end] for item in findings(case) if not doc.char_span(item.start, item.end)]
    assert not torn


def test_there_is_a_case_for_each_measure_and_bound():
    marks = [mark for case in CASES for mark in case.marks if "measure" in mark.keys]
    assert {mark.keys["measure"] for mark in marks} == set(MEASURES)
    assert {mark.keys.get("bound", "exact") for mark in marks} == set(BOUNDS)


def test_each_mark_says_all_that_it_should():
    for case in CASES:
        for mark in case.marks:
            keys = set(mark.keys)
            if "unparsed" in keys:
                assert keys == {"unparsed"}, case.place
            else:
                assert {"measure", "unit"} <= keys, case.place
                assert ("value" in keys) != bool({"low", "high"} & keys), case.place


@pytest.mark.parametrize(
    "text",
    [
        "It is [2 million cells.",
        "It is 2] million.",
        "[2](value=2",
        "[2]()",
        "[2](dose=2)",
        "[2](value=2 value=3)",
        "[2](value)",
    ],
)
def test_a_case_with_a_fault_in_its_marks_is_refused(text):
    with pytest.raises(CaseError):
        parse(text, place="here", keys=KEYS)


def test_literal_brackets_are_kept():
    assert parse(r"It eased \[3,4\] [6 weeks](value=42) on.", place="here", keys=KEYS) == (
        "It eased [3,4] 6 weeks on.",
        (Mark(15, 22, {"value": "42"}),),
    )


def test_the_second_factor_of_a_product_is_named_as_such():
    text = "They injected 4 × 25 million cells."
    (finding,) = find_quantities(text, Context((Span(0, len(text)),)))
    assert text[finding.start : finding.end] == "25 million"
    assert finding.rule.startswith("second factor of a product")
