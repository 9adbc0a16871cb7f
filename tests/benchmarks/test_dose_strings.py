"""The labelled dose strings, how they are scored, and that no value is read wrongly in them."""

from __future__ import annotations

import json
import sys
from io import StringIO
from pathlib import Path

import pytest

from benchmarks.peers.ours_worker import parse_figures, parse_grammar
from benchmarks.peers.worker import by_line, quantity, serve
from benchmarks.run import table, texts_by_set
from benchmarks.score import Read, count, judge, judge_all
from benchmarks.strings import COLUMNS, DOSE_STRINGS, Label, Text, read_dose_strings, read_gold_texts
from benchmarks.systems import OURS, System, Unavailable, ask, python_of
from litclaims.errors import GoldError
from litclaims.model import Span

FORMS = {
    "approximate", "arms", "bare_power", "bare_power_range", "bound_at_least", "bound_at_most", "bound_greater",
    "bound_less", "comma_list", "decimal_comma", "digits", "e_ten", "e_true", "flattened", "flattened_citation",
    "flattened_range", "flattened_split", "given_twice", "latex", "letter_m", "lost_sign", "mean_range",
    "middle_dot", "million", "million_range", "mln", "no_operator", "noun", "particle", "per_area", "per_site",
    "per_weight", "platelet", "power_bracket", "power_caret", "power_times", "power_unicode", "product",
    "shared_power", "shared_word", "spelt", "spread", "total", "two_powers", "two_routes", "unit_before",
}  # fmt: skip


@pytest.fixture(scope="module")
def texts() -> tuple[Text, ...]:
    return read_dose_strings()


def labelled(*ends: float) -> Label:
    return Label("x", Span(10, 20), frozenset(ends))


def read(*readings: tuple[float, ...], start: int = 10, end: int = 20, cells: bool = True) -> Read:
    return Read(start, end, readings, cells)


# --- the table


def test_there_are_enough_doses_and_traps(texts):
    traps = [text for text in texts if text.labels[0].is_trap]
    assert len(texts) - len(traps) >= 150
    assert len(traps) >= 25


def test_every_form_of_writing_is_there(texts):
    assert {text.labels[0].form for text in texts} >= FORMS


def test_every_bound_is_there(texts):
    bounds = {text.labels[0].bound for text in texts if not text.labels[0].is_trap}
    assert bounds == {"exact", "range", "approximate", "less_than", "at_most", "greater_than", "at_least"}


GOOD = (
    "d1",
    "We gave 5 million cells.",
    "8",
    "17",
    "5 million",
    "5000000",
    "5000000",
    "cell",
    "exact",
    "",
    "million",
    "",
)
TRAP = ("t1", "We grew 5 million cells.", "8", "17", "5 million", "", "", "", "", "", "trap_culture", "grown")


def written(tmp_path: Path, *rows: tuple[str, ...], header: tuple[str, ...] = COLUMNS) -> Path:
    path = tmp_path / "strings.tsv"
    path.write_text("".join("\t".join(row) + "\n" for row in (header, *rows)), encoding="utf-8")
    return path


def test_a_dose_and_a_trap_are_read(tmp_path):
    dose, trap = read_dose_strings(written(tmp_path, GOOD, TRAP))
    assert dose.labels[0].ends == {5e6}
    assert trap.labels[0].is_trap


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("d1", GOOD[1], "9", "18", *GOOD[4:]), "text\\[start:end\\]"),
        (("d1", GOOD[1], "eight", *GOOD[3:]), "eight"),
        ((*GOOD[:7], "cells", *GOOD[8:]), "unit"),
        ((*GOOD[:8], "about", *GOOD[9:]), "bound"),
        ((*GOOD[:8], "range", *GOOD[9:]), "do not fit range"),
        ((*GOOD[:8], "at_most", *GOOD[9:]), "do not fit at_most"),
        ((*GOOD[:5], "", "5000000", "cell", "at_least", *GOOD[9:]), "do not fit at_least"),
        ((*TRAP[:11], ""), "trap"),
        (GOOD[:11], "11 cells"),
    ],
)
def test_a_faulty_row_is_refused(tmp_path, row, said):
    with pytest.raises(GoldError, match=said):
        read_dose_strings(written(tmp_path, row))


def test_another_header_is_refused(tmp_path):
    with pytest.raises(GoldError, match="header"):
        read_dose_strings(written(tmp_path, GOOD, header=(*COLUMNS[:-1], "remark")))


@pytest.mark.parametrize("again", [("d1", *TRAP[1:]), ("d2", *GOOD[1:])])
def test_an_id_or_a_figure_that_comes_twice_is_refused(tmp_path, again):
    with pytest.raises(GoldError, match="twice"):
        read_dose_strings(written(tmp_path, GOOD, again))


def test_gold_keeps_doses_and_traps_only(tmp_path):
    text = "5 million cells were given to 12 men; the bank held 80 million."
    dose = {"measure": "cell_dose", "low": 5e6, "high": 5e6, "unit": "cell", "bound": "exact"}
    men = {"measure": "sample_size", "low": 12, "high": 12, "unit": "patient", "bound": "exact"}
    claims = [
        {"figure": "5 million", "start": 0, "end": 9, **dose},
        {"figure": "12", "start": 30, "end": 32, **men},
    ]
    trap = {"figure": "80 million", "start": 52, "end": 62, "why": "supply"}
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps({"doc": "a.txt", "text": text, "claims": claims, "traps": [trap]}), encoding="utf-8")
    (found,) = read_gold_texts(path)
    assert [(label.span, label.ends) for label in found.labels] == [(Span(0, 9), {5e6}), (Span(52, 62), frozenset())]


# --- the score


@pytest.mark.parametrize(
    ("ends", "reads", "outcome"),
    [
        ((5e6,), [read((5e6, 5e6))], "right"),
        ((5e6,), [read((5e6 * (1 + 1e-7),))], "right"),
        ((5e6,), [read((5.001e6,))], "wrong"),
        ((5e6,), [], "silent"),
        ((5e6,), [read((5e6,), start=20, end=25)], "silent"),
        ((5e6,), [read((5e6,), start=19, end=25)], "right"),
        # a range needs both ends, from one quantity or from two
        ((4e7, 2e8), [read((4e7, 2e8))], "right"),
        ((4e7, 2e8), [read((4e7,)), read((2e8,))], "right"),
        ((4e7, 2e8), [read((40.0, 2e8))], "wrong"),
        ((4e7, 2e8), [read((2e8,))], "wrong"),
        # one number too many is a wrong number
        ((5e6,), [read((5e6,)), read((6.0,))], "wrong"),
        ((5e6,), [read((4e6, 5e6))], "wrong"),
        # a range and a spread that are not told apart: the better reading counts
        ((25e6,), [read((25e6,), (21e6, 29e6))], "right"),
        ((21e6, 29e6), [read((25e6,), (21e6, 29e6))], "right"),
        ((21e6,), [read((25e6,), (21e6, 29e6))], "wrong"),
        # an open bound has one end
        ((1e8,), [read((1e8,))], "right"),
        ((5e6,), [read((float("inf"),))], "wrong"),
        # a dose that is not said to be of cells still has its value
        ((5e6,), [read((5e6,), cells=False)], "right"),
    ],
)
def test_a_dose_is_right_wrong_or_silent(ends, reads, outcome):
    assert judge(labelled(*ends), reads).outcome == outcome


@pytest.mark.parametrize(
    ("reads", "outcome"),
    [
        ([], "right"),
        ([read((5e6,), cells=False)], "right"),
        ([read((5e6,))], "wrong"),
        ([read((5e6,), start=0, end=10)], "right"),
        ([read((1.0,), cells=False), read((5e6,))], "wrong"),
    ],
)
def test_a_trap_is_taken_only_by_a_number_of_cells(reads, outcome):
    assert judge(labelled(), reads).outcome == outcome


def test_doses_and_traps_are_counted_apart():
    texts = (
        Text("a", "", (labelled(1.0), labelled(2.0), labelled())),
        Text("b", "", (labelled(3.0),)),
        Text("unanswered", "", (labelled(4.0), labelled())),
    )
    results = judge_all(texts, {"a": [read((1.0,))], "b": [read((3.0,), start=30, end=31)]})
    assert count(results, traps=False) == {"right": 1, "wrong": 1, "silent": 2}
    assert count(results, traps=True) == {"right": 1, "wrong": 1, "silent": 0}


# --- the workers


def test_a_line_on_its_own_keeps_the_offsets_of_the_text():
    text = "one\n\n  two 7\n9"

    def digits(line: str):
        return [
            quantity(at, at + 1, [[float(char)]], cells=False, unit="")
            for at, char in enumerate(line)
            if char.isdigit()
        ]

    assert [text[item["start"] : item["end"]] for item in by_line(digits)(text)] == ["7", "9"]


def test_a_worker_answers_every_text_and_says_how_long_it_took(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", StringIO('{"id": "a", "text": "two words"}\n\n{"id": "b", "text": "x"}\n'))
    serve(lambda text: [quantity(0, 1, [[1.0]], cells=True, unit=text)], {"toy": "1"})
    first, second, summary = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["id"], first["quantities"][0]["unit"], second["id"]) == ("a", "two words", "b")
    assert (summary["words"], summary["versions"]) == (3, {"toy": "1"})
    assert summary["passes"] >= 3


def test_a_system_that_cannot_be_run_is_said_to_be_so(tmp_path):
    with pytest.raises(Unavailable, match="cannot run it"):
        ask(OURS, tmp_path / "python", ())


def test_a_peer_that_cannot_be_installed_is_said_to_be_so(monkeypatch, tmp_path):
    requirements = tmp_path / "requirements-peer.txt"
    requirements.write_text("peer==1\n", encoding="utf-8")
    monkeypatch.setattr("benchmarks.systems.ENVIRONMENTS", tmp_path)
    monkeypatch.setattr("venv.create", lambda folder, **_: folder.mkdir())
    with pytest.raises(Unavailable, match="cannot install it"):
        python_of(System("peer", ("peer_worker",), requirements))
    assert not (tmp_path / "peer" / ".installed").exists()


def test_missing_gold_is_skipped_with_a_word(monkeypatch, tmp_path):
    monkeypatch.setattr("benchmarks.run.GOLD", tmp_path)
    found = texts_by_set()
    assert isinstance(found[DOSE_STRINGS.stem], tuple)
    assert found["seeds"].startswith("skipped")


def test_no_line_of_the_table_is_wider_than_a_terminal(texts):
    assert max(map(len, table("dose_strings", texts, ()).splitlines())) <= 80


# --- ours


@pytest.mark.parametrize("parse", [parse_figures, parse_grammar])
def test_no_value_is_read_wrongly(texts, parse):
    reads = {
        text.id: [
            Read(item["start"], item["end"], tuple(map(tuple, item["readings"])), item["cells"], item["unit"])
            for item in parse(text.text)
        ]
        for text in texts
    }
    results = judge_all(texts, reads)
    by_id = {text.id: text.text for text in texts}
    wrong = [f"{result.text_id}: {by_id[result.text_id]}" for result in results if result.outcome == "wrong"]
    assert wrong == []
    assert count(results, traps=False)["right"] >= 150
