"""Verdicts against the last run: new, open, changed, resolved, reopened."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from litclaims.compare import Comparison
from litclaims.compare.verdicts import compare_positions
from litclaims.model import Position
from litclaims.store import Run, Store

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def held(doc, value, **facets):
    end = Decimal(str(value))
    return Position(
        position_id=f"p-{doc}",
        level="site",
        doc=doc,
        doc_id=doc,
        measure="cell_dose",
        unit="cell",
        low=end,
        high=end,
        bound="exact",
        claim_ids=(f"c-{doc}",),
        figures=(f"{value}",),
        sentence=f"Give {value}.",
        **facets,
    )


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "litclaims.sqlite") as store:
        yield store


def ran(store, *positions, docs=("a", "b", "c")):
    """A run over these positions: state, verdict and flag by the documents of the pair."""
    settled = store.settle(compare_positions(positions), docs)
    store.record(Run(f"r{len(store.runs())}", NOW, NOW, "0.1", {}), [], settled)
    return {v.a.doc + v.b.doc: (v.state, v.verdict, v.flag) for v in settled}


def test_a_pair_is_new_and_then_open(store):
    assert ran(store, held("a", 5), held("b", 9)) == {"ab": ("new", "disjoint", True)}
    assert ran(store, held("a", 5), held("b", 9)) == {"ab": ("open", "disjoint", True)}
    again = ran(store, held("a", 5), held("b", 9), held("c", 5))
    assert {pair: found[0] for pair, found in again.items()} == {"ab": "open", "ac": "new", "bc": "new"}


def test_another_figure_or_verdict_is_a_change(store):
    ran(store, held("a", 5), held("b", 9))
    assert ran(store, held("a", 5), held("b", 12)) == {"ab": ("changed", "disjoint", True)}
    assert ran(store, held("a", 5), held("b", 12)) == {"ab": ("open", "disjoint", True)}


def test_a_way_to_write_the_same_value_is_no_change(store):
    ran(store, held("a", "5000000"), held("b", 9))
    assert ran(store, held("a", "5e6"), held("b", 9))["ab"][0] == "open"


def test_what_is_flagged_no_longer_is_resolved_and_may_come_back(store):
    ran(store, held("a", 5), held("b", 9))
    assert ran(store, held("a", 5), held("b", 5)) == {"ab": ("resolved", "agree", False)}
    assert ran(store, held("a", 5), held("b", 5)) == {"ab": ("resolved", "agree", False)}
    assert ran(store, held("a", 5), held("b", 9)) == {"ab": ("reopened", "disjoint", True)}
    assert ran(store, held("a", 5), held("b", 9)) == {"ab": ("open", "disjoint", True)}


def test_what_has_vanished_is_told_once_as_resolved(store):
    ran(store, held("a", 5), held("b", 9))
    assert ran(store, held("a", 5)) == {"ab": ("resolved", "disjoint", False)}
    assert ran(store, held("a", 5)) == {}
    assert ran(store, held("a", 5), held("b", 9)) == {"ab": ("reopened", "disjoint", True)}


def test_agreement_that_vanishes_is_not_told(store):
    ran(store, held("a", 5), held("b", 5))
    assert ran(store, held("a", 5)) == {}


def test_documents_that_were_not_read_settle_nothing(store):
    ran(store, held("a", 5), held("b", 9))
    assert ran(store, held("a", 5), docs=("a",)) == {}
    assert ran(store, held("a", 5), held("b", 9))["ab"][0] == "open"


def test_a_resolved_pair_keeps_its_two_sentences(store):
    ran(store, held("a", 5, route=("intravenous",)), held("b", 9))
    (gone,) = store.settle(Comparison((), ()), ["a", "b"])
    assert (gone.a.sentence, gone.b.sentence) == ("Give 5.", "Give 9.")
    assert (gone.a.route, gone.a.low, gone.gap_fold) == (("intravenous",), Decimal(5), Decimal("1.8"))
    assert gone.reason.startswith("Resolved, for one side is gone; it was: ")


def test_a_pair_that_a_large_group_lists_no_longer_stays_listed(store):
    both = held("a", 5), held("b", 9)
    ran(store, *both)
    (kept,) = store.settle(Comparison(both, ()), ["a", "b"])
    assert (kept.state, kept.verdict, kept.flag) == ("open", "disjoint", True)
