"""From gold files to text and exit code, with extractors made for the test."""

from __future__ import annotations

import sys
import types

import pytest

from litclaims.errors import ConfigurationError, GoldError, InputError
from litclaims.evaluate import evaluate, format_report, run_evaluation
from litclaims.evaluate.counts import Counts
from litclaims.evaluate.score import ALL_FIGURES, counts_by_row
from litclaims.model import Outcome

TEXT = "Give 2 million cells, then 3 million cells."
FIRST = {
    "figure": "2 million",
    "start": 5,
    "end": 14,
    "measure": "cell_dose",
    "low": 2e6,
    "high": 2e6,
    "unit": "cell",
    "bound": "exact",
    "route": ["oral"],
}
SECOND = {**FIRST, "figure": "3 million", "start": 27, "end": 36, "low": 3e6, "high": 3e6}


@pytest.fixture
def gold(write_gold):
    return write_gold({"doc": "a", "text": TEXT, "claims": [FIRST, SECOND]})


@pytest.fixture
def reader(extraction, predict):
    """``reader(value at 5-14, value at 27-36)`` → an extractor of inline texts; None leaves a figure out."""

    def build(first=None, second=None):
        values = ((5, 14, first), (27, 36, second))
        claims = [predict(start, end, value) for start, end, value in values if value is not None]
        return lambda text, doc: extraction(text, claims, doc=doc)

    return build


def total(score):
    return counts_by_row(score.items)[ALL_FIGURES]


def test_inline_text_is_given_to_the_text_extractor(gold, reader):
    assert total(evaluate([gold], extract_text=reader(2e6, 3e6))) == Counts(right=2)


def test_a_file_is_given_to_the_file_extractor_with_its_name(write_gold, tmp_path, extraction, predict):
    path = write_gold({"doc": "sub/a.txt", "claims": [FIRST]})
    (tmp_path / "gold" / "sub").mkdir()
    (tmp_path / "gold" / "sub" / "a.txt").write_text(TEXT, encoding="utf-8")
    seen = []

    def extract(file, doc):
        seen.append((file.name, doc))
        found = extraction(file.read_text(encoding="utf-8"), [predict(5, 14, 2e6)])
        return Outcome(doc, str(file), "ok", extraction=found)

    assert total(evaluate([path], extract=extract)) == Counts(right=1)
    assert seen == [("a.txt", "sub/a.txt")]


def test_the_pipeline_reads_unless_another_extractor_is_given(gold, reader, monkeypatch):
    fake = types.ModuleType("litclaims.reading")
    fake.extract_text = lambda text, *, doc: reader(2e6)(text, doc)
    monkeypatch.setitem(sys.modules, "litclaims.reading", fake)
    monkeypatch.setattr(sys.modules["litclaims"], "reading", fake, raising=False)
    assert total(evaluate([gold])) == Counts(right=1, silent=1)


def refusing(text, doc):
    raise InputError("is too large", source=doc)


def breaking(text, doc):
    raise ZeroDivisionError("by zero")


def failing(text, doc):
    return Outcome(doc, doc, "failed", "no text in it")


@pytest.mark.parametrize(
    ("extract", "told"),
    [(refusing, "is too large"), (breaking, "ZeroDivisionError: by zero"), (failing, "failed: no text in it")],
)
def test_a_document_that_fails_is_silent_and_named(gold, extract, told):
    score = evaluate([gold], extract_text=extract)
    assert total(score) == Counts(silent=2)
    assert told in score.files[0].documents[0].failure
    assert told in format_report(score)


def test_a_bad_configuration_stops_the_run(gold):
    def misconfigured(text, doc):
        raise ConfigurationError("no such model")

    with pytest.raises(ConfigurationError, match="no such model"):
        evaluate([gold], extract_text=misconfigured)


def test_offsets_into_another_text_are_a_failure_and_not_a_score(gold, extraction, predict):
    score = evaluate([gold], extract_text=lambda text, doc: extraction("\n" + text, [predict(5, 14, 2e6)]))
    assert total(score) == Counts(silent=2)
    assert "differs" in score.files[0].documents[0].failure


def test_spans_of_other_formats_are_held_against_the_ingested_text(write_gold, tmp_path, extraction):
    path = write_gold({"doc": "a.md", "claims": [FIRST]})
    (tmp_path / "gold" / "a.md").write_text("**" + TEXT, encoding="utf-8")
    assert total(evaluate([path], extract=lambda file, doc: extraction(TEXT))) == Counts(silent=1)
    with pytest.raises(GoldError, match=r"g\.jsonl:1: a\.md.*not the figure"):
        evaluate([path], extract=lambda file, doc: extraction("**" + TEXT))


def test_document_order_is_irrelevant(write_gold, reader):
    lines = [{"doc": doc, "text": TEXT, "claims": [FIRST]} for doc in "abc"]
    one = evaluate([write_gold(*lines)], extract_text=reader(2e6, 9e6))
    other = evaluate([write_gold(*reversed(lines), name="h.jsonl")], extract_text=reader(2e6, 9e6))
    assert total(one) == total(other) == Counts(right=3, spurious=3)


def test_gold_files_add_up(write_gold, reader):
    """File g: 1 right of 1. File h: 1 right, 1 misread. Together: recall 2/3."""
    files = [
        write_gold({"doc": "a", "text": TEXT, "claims": [SECOND]}),
        write_gold({"doc": "a", "text": TEXT, "claims": [FIRST, SECOND]}, name="h.jsonl"),
    ]
    score = evaluate(files, extract_text=reader(None, 3e6))
    assert [counts_by_row(file.items)[ALL_FIGURES] for file in score.files] == [
        Counts(right=1),
        Counts(right=1, silent=1),
    ]
    assert total(score).recall == pytest.approx(2 / 3)
    assert "All gold files" in format_report(score)


def test_references_are_scored_only_where_they_were_annotated(write_gold, extraction):
    from litclaims.model import Reference, Span

    found = [Reference("r", "a", "raw", Span(0, 3), doi="10.1/a")]
    lines = [
        {"doc": "a", "text": TEXT, "claims": []},
        {"doc": "b", "text": TEXT, "claims": [], "references": [{"doi": "10.1/a"}]},
        {"doc": "c", "text": TEXT, "claims": [], "references": []},
    ]
    score = evaluate([write_gold(*lines)], extract_text=lambda text, doc: extraction(text, references=tuple(found)))
    assert [[entry.label for entry in document.entries] for document in score.files[0].documents] == [
        [],
        ["right"],
        ["spurious"],
    ]


def test_two_gold_files_of_one_name_are_refused(gold, reader):
    with pytest.raises(GoldError, match=r"two gold files are named g\.jsonl"):
        evaluate([gold, gold], extract_text=reader())


def test_no_gold_file_is_refused():
    with pytest.raises(GoldError, match="no gold file"):
        evaluate([])


def test_the_report_shows_the_table_and_the_examples(gold, reader):
    """2 of 2 doses given, 1 right, 1 of wrong value: precision, recall and F1 0.500."""
    text, code = run_evaluation([gold], extract_text=reader(2e6, 4e6))
    assert code == 0
    row = next(line for line in text.splitlines() if line.startswith("all doses"))
    assert row.split() == ["all", "doses", "2", "1", "0.500", "0.500", "0.500", "1", "1", "0", "0", "0", "0"]
    assert "got cell_dose 4e+06 cell (exact)" in text
    assert "want cell_dose 3e+06 cell (exact)" in text
    route = next(line for line in text.splitlines() if line.startswith("route"))
    assert route.split() == ["route", "0/1", "0.000", "0/1", "0.000", "0", "0", "1", "0"]


def test_the_report_says_1_of_a_perfect_score_only(write_gold, extraction, predict):
    """2999 of 3000 right is 0.9997: shown as 0.999, never as 1.000."""
    claims = [{**FIRST, "figure": "x", "start": at * 2, "end": at * 2 + 1} for at in range(3000)]
    path = write_gold({"doc": "a", "text": "x " * 3000, "claims": claims})
    found = [predict(at * 2, at * 2 + 1, 2e6) for at in range(2999)]
    text = format_report(evaluate([path], extract_text=lambda text, doc: extraction(text, found)))
    row = next(line for line in text.splitlines() if line.startswith("all doses"))
    assert row.split()[4:7] == ["1.000", "0.999", "0.999"]


def test_a_ratio_without_a_denominator_is_no_number(gold, reader):
    row = next(
        line for line in format_report(evaluate([gold], extract_text=reader())).splitlines() if "cell_dose" in line
    )
    assert row.split()[3:6] == ["-", "0.000", "0.000"]


def test_long_lists_are_cut_with_a_count_of_the_rest(write_gold, extraction):
    claims = [{**FIRST, "figure": "x", "start": at * 2, "end": at * 2 + 1} for at in range(25)]
    path = write_gold({"doc": "a", "text": "x " * 25, "claims": claims})
    short, _ = run_evaluation([path], extract_text=lambda text, doc: extraction(text))
    full, _ = run_evaluation([path], extract_text=lambda text, doc: extraction(text), show_all=True)
    assert short.count("silent: g.jsonl") == 20
    assert "and 5 more" in short
    assert full.count("silent: g.jsonl") == 25


def test_the_report_fits_a_terminal_and_cannot_steer_it(write_gold, extraction):
    text = "\x1b[2J\u202e" + "word " * 60 + "2 million" + "\x07 cells" * 30
    start = text.index("2 million")
    path = write_gold({"doc": "a\x1b[1m", "text": text, "claims": [{**FIRST, "start": start, "end": start + 9}]})
    shown, _ = run_evaluation([path], extract_text=lambda text, doc: extraction(text))
    assert max(len(line) for line in shown.splitlines()) <= 80
    assert all(char.isprintable() or char == "\n" for char in shown)


def test_a_saved_score_is_a_baseline_for_the_next(gold, reader, tmp_path):
    """Before the first is right, then the second: one lost, one found, losses first."""
    saved = tmp_path / "score.json"
    run_evaluation([gold], extract_text=reader(2e6, None), save=saved)
    text, code = run_evaluation([gold], extract_text=reader(None, 3e6), baseline=saved, out=tmp_path / "out")
    assert code == 0
    assert 0 < text.index("Losses (1)") < text.index("lost (right → silent)") < text.index("Gains (1)")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["gains.csv", "losses.csv", "still_missed.csv"]


def test_the_gate_decides_the_exit_code(gold, reader, tmp_path):
    """Pinned at 1 of 2; both right holds, none right breaks, and what breaks is named."""
    floors = tmp_path / "floors.json"
    first = run_evaluation([gold], extract_text=reader(2e6), floors=floors, update_floors=True)
    better = run_evaluation([gold], extract_text=reader(2e6, 3e6), floors=floors)
    worse, code = run_evaluation([gold], extract_text=reader(), floors=floors)
    assert (first[1], better[1], code) == (0, 0, 1)
    assert "every floor holds" in better[0]
    assert "cell_dose: recall 0.0000 is below its floor 0.5000" in worse


def test_an_update_below_the_floors_changes_nothing_and_breaks(gold, reader, tmp_path):
    floors = tmp_path / "floors.json"
    run_evaluation([gold], extract_text=reader(2e6, 3e6), floors=floors, update_floors=True)
    pinned = floors.read_text(encoding="utf-8")
    _, code = run_evaluation([gold], extract_text=reader(2e6), floors=floors, update_floors=True)
    assert code == 1
    assert floors.read_text(encoding="utf-8") == pinned
    _, code = run_evaluation([gold], extract_text=reader(2e6), floors=floors, update_floors=True, allow_regression=True)
    assert code == 0
    assert floors.read_text(encoding="utf-8") != pinned


def test_missing_floors_are_refused_unless_they_are_to_be_written(gold, reader, tmp_path):
    with pytest.raises(GoldError, match="cannot be read"):
        run_evaluation([gold], extract_text=reader(), floors=tmp_path / "floors.json")


@pytest.mark.parametrize("options", [{"out": "out"}, {"update_floors": True}, {"allow_regression": True}])
def test_options_without_their_partner_are_refused(gold, reader, tmp_path, options):
    if "out" in options:
        options = {"out": tmp_path / "out"}
    with pytest.raises(ConfigurationError, match="as well"):
        run_evaluation([gold], extract_text=reader(), **options)


def test_what_a_right_figure_hangs_on_is_listed_where_it_differs(gold, reader):
    full, _ = run_evaluation([gold], extract_text=reader(2e6, 3e6), show_all=True)
    short, _ = run_evaluation([gold], extract_text=reader(2e6, 3e6))
    assert "Attributes that differ (2)" in full
    assert "route silent: g.jsonl: a 5-14 “2 million”\n      want oral" in full
    assert "Attributes that differ" not in short
