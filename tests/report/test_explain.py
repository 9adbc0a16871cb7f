"""The proof of a verdict and of a claim: complete, from the tables alone, harmless on a terminal."""

import io
import json
from decimal import Decimal

import pytest
from rich.cells import cell_len
from rich.console import Console

from litclaims.compare.rules import name as rule_name
from litclaims.compare.rules import rules
from litclaims.compare.stances import stance_verdicts
from litclaims.compare.verdicts import judge
from litclaims.errors import InputError
from litclaims.model import STANCES, Extraction, Outcome, Quantity, Reference, Slot, Span, Stance
from litclaims.report.explain import SLOTS, explain
from litclaims.report.proof import STEPS, render_proof
from litclaims.report.rows import frames
from report.sample_run import make_claim, make_document, make_frames, make_position, span_of


def drawn(proof, width=80) -> str:
    file = io.StringIO()
    Console(file=file, width=width, force_terminal=False, color_system=None).print(render_proof(proof))
    return file.getvalue()


def words(proof) -> str:
    return " ".join(drawn(proof, 200).split())


@pytest.fixture
def disagreeing():
    """Two documents with a claim each, judged by the real rules."""
    quantity = Quantity(Decimal("2e6"), Decimal("2e6"), "cell", repairs=("lost superscript read from context",))
    ours = make_claim(claim_id="c1", slots=(Slot("route", ("intramuscular",), ("R:1",), step="heading"),))
    theirs = make_claim(claim_id="c2", doc="b.txt", quantity=quantity, slots=(), citations=("9",))
    cited = Reference("r1", "a.txt", "1. Doe J. A made-up trial.", Span(0, 4), marker="1")
    outcomes = [
        Outcome("a.txt", "in/a.txt", "ok", extraction=Extraction(make_document(), (ours,), (cited,))),
        Outcome("b.txt", "in/b.txt", "ok", extraction=Extraction(make_document("b.txt", sha256="b" * 64), (theirs,))),
    ]
    a = make_position("p1", "a.txt", "4e7", "2e8", claim_ids=("c1",), route=("intramuscular",))
    b = make_position("p2", "b.txt", "2e6", "2e6", claim_ids=("c2",), figures=("2 x 106",))
    return frames(outcomes, [a, b], [judge(a, b)])


def test_a_verdict_is_proved_from_figure_to_rule(disagreeing):
    pair_id = disagreeing["disagreements"]["pair_id"][0]
    proof = explain(disagreeing.__getitem__, pair_id[:6])
    assert (proof["pair_id"], proof["verdict"], proof["flag"]) == (pair_id, "disjoint", True)
    ours, theirs = (side["claims"][0] for side in proof["sides"])
    text = make_document().text
    assert text[ours["place"]["start"] : ours["place"]["end"]] == ours["number"]["figure"] == "40–200M"
    assert (ours["number"]["low"], ours["number"]["high"], ours["number"]["unit"]) == (40_000_000, 200_000_000, "cell")
    assert theirs["number"]["repairs"] == ["lost superscript read from context"]
    assert ours["slots"][0] == {"name": "route", "values": ["intramuscular"], "ids": ["R:1"], "step": "heading"}
    assert [slot["name"] for slot in theirs["slots"] if not slot["values"]] == list(SLOTS)
    assert ours["citations"] == [{"marker": "1", "reference": "1. Doe J. A made-up trial."}]
    assert theirs["citations"] == [{"marker": "9", "reference": None}]
    assert proof["numbers"]["gap_fold"] == 20
    assert {"facet": "route", "relation": "unsaid", "a": "intramuscular", "b": None} in proof["facets"]
    assert len(proof["facets"]) == 9
    assert json.loads(json.dumps(proof)) == proof


def test_the_proof_of_a_verdict_reads_in_words(disagreeing):
    text = words(explain(disagreeing.__getitem__, disagreeing["disagreements"]["pair_id"][0]))
    for told in (
        "✗ disjoint · partial · cell_dose · route level",
        "written “40–200M”",
        "read as 40,000,000 to 200,000,000, range, by range",
        "mended lost superscript read from context",
        "unit cell (UCUM {cells})",
        "route intramuscular (R:1), from a heading above it",
        "place a.txt, characters 18–25",
        "cites 9: no such entry",
        "route one side only intramuscular | not stated",
        "Why: disjoint, rule 10 in order",
        "gap 20-fold between the nearest ends",
        "state new against the last run",
        "docs/verdicts.md, “disjoint”",
    ):
        assert told in text


def test_a_claim_is_proved_with_the_verdicts_that_rest_on_it(disagreeing):
    proof = explain(disagreeing.__getitem__, "c2")
    assert proof["kind"] == "claim"
    assert [position["level"] for position in proof["positions"]] == ["route"]
    assert [verdict["verdict"] for verdict in proof["verdicts"]] == ["disjoint"]
    assert "1 verdicts rest on it, 1 flagged" in words(proof)


@pytest.mark.parametrize("rule", rules(), ids=rule_name)
def test_every_rule_says_what_it_does(rule, disagreeing):
    disagreeing["disagreements"]["rule"] = rule_name(rule)
    said = explain(disagreeing.__getitem__, disagreeing["disagreements"]["pair_id"][0])["rule"]
    assert said["says"].endswith(".")
    assert said["flags"]
    assert not set("`*") & set(said["says"] + said["flags"])


def test_a_conflict_of_stances_shows_both():
    stances = [
        Stance(doc, "cell therapy", "knee pain", said, span_of("Evidence is thin [1]."))
        for doc, said in (("a.txt", STANCES[0]), ("b.txt", STANCES[1]))
    ]
    outcomes = [
        Outcome(one.doc, one.doc, "ok", extraction=Extraction(make_document(one.doc), stances=(one,)))
        for one in stances
    ]
    found = frames(outcomes, [], stance_verdicts(stances, sentences=lambda stance: "Evidence is thin [1]."))
    proof = explain(found.__getitem__, found["disagreements"]["pair_id"][0])
    assert [side["stance"]["stance"] for side in proof["sides"]] == ["supports", "against"]
    assert "intervention cell therapy condition knee pain stance against" in words(proof)
    assert "Why: stance" in words(proof)


def test_what_is_gone_is_told():
    tables = make_frames()
    assert words(explain(tables.__getitem__, "v1")).count("not among those of the last run") == 2


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("zz", r"no verdict or claim with the id 'zz' \(take a pair_id"),
        ("", r"no verdict or claim with the id ''"),
        ("v", r"3 ids begin with 'v' \(give more of one of them: v2 \(verdict\)"),
    ],
)
def test_an_id_that_names_nothing_or_several_is_told(asked, told):
    with pytest.raises(InputError, match=told):
        explain(make_frames().__getitem__, asked)


@pytest.mark.parametrize("width", [40, 80])
def test_hostile_text_neither_steers_nor_widens_the_terminal(hostile_frames, width):
    for name in ("v1", "c1"):
        text = drawn(explain(hostile_frames.__getitem__, name), width)
        assert not {char for char in text if ord(char) < 32} - {"\n"}
        assert "\u202e" not in text
        assert max(map(cell_len, text.splitlines())) <= width
        assert "[bold]x[/bold]" in words(explain(hostile_frames.__getitem__, name))


def test_a_figure_is_marked_where_it_stands_and_not_within_another():
    from litclaims.report.proof import _quoted

    marked = _quoted("Give 2 of 200 or 0.2, or 2.", ["2"])
    assert [marked.plain[span.start : span.end] for span in marked.spans] == ["2", "2"]


def test_every_step_of_the_model_has_a_name():
    steps = ["clause", "sentence", "item", "heading", "before", "after", "document"]
    assert list(STEPS) == steps
