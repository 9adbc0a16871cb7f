"""Laws of the quantity grammar: it reads what was written, never crashes, and takes work in line with the text."""

from __future__ import annotations

import contextlib
import signal
import sys
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from litclaims.extract.quantity import Context, Finding, find_quantities
from litclaims.model import Span
from litclaims.normalize import quantity
from litclaims.segment.parts import read
from litclaims.segment.view import view
from notations import JOINS, LETTERED, POWERS, SHARED, WHOLE, Value, shared

MANTISSAS = st.integers(1, 99_999).map(lambda hundredths: Decimal(hundredths) / 100)
EXPONENTS = st.integers(6, 13)
VALUES = st.builds(Value, MANTISSAS, EXPONENTS)
NOTATIONS = {**POWERS, **LETTERED, **WHOLE}

FRAGMENTS = (
    "1", "7", "10", "106", "2 x ", "× 10", "^6", "(6)", "⁶", "e6", "E+06", ".", ",", " ", "\n", "-", "–", "±",
    "/", "(", ")", "[", "]", "<", "≥", "~", "%", " million ", "M ", " cells", "/kg", "/mL", " MSCs ", " mg ",
    " mL ", " weeks ", "two ", "half a ", "hundred ", " to ", " and ", " or ", "between ", "up to ", "or more",
    "every ", "twice a ", "q4w", "single ", "one in ", "days", "9" * 40, "trillion ", "injected ", "dose of ",
    "cultured ", "aged ", "BMI ", "group ", "low (", "½", "²", "µ", "5-fold", "IL-10",
)  # fmt: skip
MESSY = st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join) | st.text(max_size=200)

HOSTILE = (
    "1", "12 ", "1,000,", "0.", " ", "\n", "(", "1 (", "2 x ", "2 x 10^6 ", "2 million ", "two hundred ", "1, ",
    "1 or ", "1 (low), ", "1/", "2-", "2 ± ", "10^6 cells ", "dose ", "a ", "twice a ", "single ", "one in ",
    "10^", "every 3 ", "aged ", "group 1, ", "between ", ".5", "1e5 ", "1'000'", "1.000.", "half a ",
    "3 weeks to ", "at 1 the ", "5 million (",
)  # fmt: skip


def findings(text: str) -> list[Finding]:
    """What the grammar finds in a text taken as one sentence."""
    return find_quantities(view(text), Context((Span(0, len(text)),)))


def given_dose(figure: str) -> tuple[Finding, str]:
    """The one finding in a sentence that gives a figure of cells, and the sentence."""
    text = f"Each patient received {figure} cells by infusion."
    found = findings(text)
    assert [text[item.start : item.end] for item in found] == [figure]
    return found[0], text


def aligned(finding: Finding, text: str) -> bool:
    """True if the finding begins and ends where tokens do."""
    return read(view(text)).char_span(finding.start, finding.end) is not None


@pytest.mark.parametrize("notation", NOTATIONS)
@settings(max_examples=30, deadline=None)
@given(value=VALUES)
def test_a_value_is_read_back_from_every_notation(notation, value):
    assume(notation not in LETTERED or value.mantissa != 10)
    finding, text = given_dose(NOTATIONS[notation](value))
    assert (finding.measure, finding.unit, finding.bound) == ("cell_dose", "cell", "exact")
    assert finding.low == finding.high == value.exact
    assert not finding.guessed
    assert aligned(finding, text)


@pytest.mark.parametrize("join", JOINS)
@settings(max_examples=60, deadline=None)
@given(notation=st.sampled_from(sorted(NOTATIONS)), low=VALUES, high=VALUES)
def test_a_range_is_read_back_from_every_notation(join, notation, low, high):
    assume(low.exact < high.exact)
    assume(notation not in LETTERED or 10 not in (low.mantissa, high.mantissa))
    write = NOTATIONS[notation]
    finding, text = given_dose(JOINS[join] % (write(low), write(high)))
    assert (finding.low, finding.high, finding.bound) == (low.exact, high.exact, "range")
    assert aligned(finding, text)


@pytest.mark.parametrize("form", SHARED)
@settings(max_examples=40, deadline=None)
@given(low=MANTISSAS, high=MANTISSAS, exponent=EXPONENTS)
def test_a_range_shares_the_power_that_is_said_once(form, low, high, exponent):
    assume(low < high and high != 10)
    finding, text = given_dose(shared(form, low, high, exponent))
    assert (finding.low, finding.high) == (low.scaleb(exponent), high.scaleb(exponent))
    assert aligned(finding, text)


def test_there_are_notations_enough():
    assert len(NOTATIONS) >= 25
    assert len(JOINS) * len(NOTATIONS) + len(SHARED) >= 25


@settings(max_examples=500, deadline=None)
@given(text=MESSY)
def test_no_text_breaks_the_grammar(text):
    seen = view(text)
    last = 0
    for finding in find_quantities(seen, Context((Span(0, len(text)),))):
        assert last <= finding.start < finding.end <= len(text)
        assert finding.end <= max(finding.unit_end, finding.end) <= len(text)
        assert finding.low <= finding.high
        assert finding.measure or finding.reason or finding.is_cells
        last = finding.end
        quantity(finding)


@settings(max_examples=100, deadline=None)
@given(text=MESSY)
def test_the_view_is_as_long_as_the_text(text):
    assert len(view(text)) == len(view(text, markdown=True)) == len(text)


@settings(max_examples=100, deadline=None)
@given(text=MESSY, cut=st.integers(0, 200))
def test_a_taken_stretch_holds_no_figure(text, cut):
    taken = Span(0, min(cut, len(text)))
    for finding in find_quantities(view(text), Context((Span(0, len(text)),)), taken=(taken,)):
        assert finding.end > taken.end


def work(text: str) -> int:
    """Calls that reading a text takes, of Python's functions and of built-in ones."""
    calls = 0

    def count(frame, event, argument) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    context = Context((Span(0, len(text)),))
    previous = sys.getprofile()
    sys.setprofile(count)
    try:
        find_quantities(text, context)
    finally:
        sys.setprofile(previous)
    return calls


@pytest.mark.parametrize("fragment", HOSTILE)
def test_four_times_the_text_is_about_four_times_the_work(fragment):
    short, long = (view(fragment * (length // len(fragment))) for length in (1_000, 4_000))
    work(short)  # the vocabulary is loaded once
    # another text, for a text that was just read is remembered
    assert work(long) <= 4.5 * work(f"{short} ") + 500


@contextlib.contextmanager
def guarded(seconds: int):
    """Break off what does not end by itself: a regular expression that backtracks without bound would take years."""
    if not hasattr(signal, "SIGALRM"):
        pytest.skip("this system has no alarm signal")

    def give_up(number, frame) -> None:
        raise TimeoutError(f"no end after {seconds} s")

    previous = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)


@pytest.mark.parametrize(
    "unit", ["1", " ", "\n", "(", ")", "x", "a ", ".", "-", "10^", "1.", "1,", "²", "cell ", "([", "<sup>", "((1", "q"]
)
def test_a_long_hostile_run_comes_to_an_end(unit):
    text = unit * (30_000 // len(unit))
    with guarded(120):
        for tail in ("", "! cells"):
            assert find_quantities(text + tail, Context((Span(0, len(text + tail)),))) is not None


@pytest.mark.parametrize("filler", ["1", "1 ", "a ", "a b ", "1.1", "day ", "at 1 ", "two ", ", ", "1-1 "])
def test_no_window_before_or_behind_a_figure_backtracks_without_bound(filler):
    run = filler * 80
    with guarded(120):
        for text in (
            f"at {run}the 5 weeks",
            f"5 million {run}! 10 million cells",
            f"age {run}(5 years",
            f"5 {run}! cells",
        ):
            assert find_quantities(text, Context((Span(0, len(text)),))) is not None
