"""References and stances, held against gold."""

from __future__ import annotations

import pytest

from litclaims.evaluate.entries import EntryCounts, field_counts, judge_references, judge_stances, tally
from litclaims.evaluate.gold import GoldReference, GoldStance
from litclaims.model import Reference, Span, Stance


def want(**fields):
    return GoldReference(tuple(fields.items()))


def got(**fields):
    return Reference("r", "a.txt", "raw", Span(0, 3), **fields)


@pytest.mark.parametrize(
    ("gold", "found"),
    [
        (want(doi="10.1/AB"), got(doi="https://doi.org/10.1/ab")),
        (want(doi="10.1/ab", title="Cells"), got(title="Cells")),
        (want(title="Cells: a “new” dawn?"), got(title="cells a new  dawn")),
        (want(pmid="12", title="Cells"), got(pmid="12", title="Cels")),
        (
            want(title=None, first_author="Ruan W", year=2005, volume="118"),
            got(first_author="Ruan, W.", year=2005, volume="118"),
        ),
    ],
)
def test_the_same_entry_is_found(gold, found):
    assert tally(judge_references([gold], [found])) == EntryCounts(right=1)


def test_an_entry_without_a_likeness_is_missed_and_spurious():
    """Another DOI and another title: 1 silent, 1 spurious."""
    entries = judge_references([want(doi="10.1/a", title="A")], [got(doi="10.1/b", title="B")])
    assert tally(entries) == EntryCounts(silent=1, spurious=1)


def test_entries_without_any_key_are_not_paired():
    assert tally(judge_references([want(journal="Blood")], [got(journal="Blood")])) == EntryCounts(silent=1, spurious=1)


def test_an_entry_said_twice_is_spurious_once():
    """One gold, two predictions: precision 1/2, recall 1, F1 = 2·1/(1+2) = 2/3."""
    counts = tally(judge_references([want(doi="10.1/a")], [got(doi="10.1/a"), got(doi="10.1/a")]))
    assert (counts.precision, counts.recall, counts.f1) == (0.5, 1.0, pytest.approx(2 / 3))


def test_the_doi_goes_before_the_title():
    """Two entries of one title: each finds the one with its DOI, so that both volumes are right."""
    gold = [want(doi="10.1/a", title="T", volume="1"), want(doi="10.1/b", title="T", volume="2")]
    found = [got(doi="10.1/b", title="T", volume="2"), got(doi="10.1/a", title="T", volume="1")]
    assert field_counts(judge_references(gold, found))["volume"].right == 2


def test_fields_are_judged_one_by_one():
    gold = want(doi="10.1/a", year=2008, journal="J Transl Med", volume="6", pages="1-9", accessed=None, url=None)
    found = got(doi="doi:10.1/A", year=2009, journal="J. Transl. Med.", pages="1–9", accessed="2019-09-09", pmid="7")
    (entry,) = judge_references([gold], [found])
    assert {field.name: field.verdict for field in entry.fields} == {
        "journal": "right",
        "year": "wrong",
        "volume": "silent",
        "pages": "right",
        "doi": "right",
        "accessed": "spurious",
    }


def test_page_numbers_do_not_run_together():
    (entry,) = judge_references([want(doi="10.1/a", pages="1-12")], [got(doi="10.1/a", pages="11-2")])
    assert next(field.verdict for field in entry.fields if field.name == "pages") == "wrong"


def test_stances_are_paired_by_condition_and_stance():
    """Gold: supports knee pain, against back pain. Said: supports Knee Pain twice, supports back pain: 1, 1, 2."""
    gold = [GoldStance("cells", "knee pain", "supports"), GoldStance("cells", "back pain", "against")]
    said = [("knee pain", "supports"), ("Knee Pain", "supports"), ("back pain", "supports")]
    found = [Stance("a.txt", "therapy", condition, stance, Span(0, 1)) for condition, stance in said]
    assert tally(judge_stances(gold, found)) == EntryCounts(right=1, silent=1, spurious=2)


def test_no_entries_have_no_ratio():
    assert (EntryCounts().precision, EntryCounts().recall, EntryCounts().f1) == (None, None, None)
