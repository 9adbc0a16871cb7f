"""The word lists of the grammar: each row's example shows its surface, and its counter-example does not hold it."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

import litclaims.vocab
from litclaims.errors import VocabularyError
from litclaims.vocab import wordlist
from litclaims.vocab.wordlist import MARK, Row, alternation, bounded, rows

FOLDER = Path(litclaims.vocab.__file__).parent

INFLECTED = ("counted", "denominators", "nouns", "schedule", "science_units", "units")
"""The lists whose words may take a plural s."""


def _columns(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


LISTS = {path.stem: _columns(path) for path in sorted(FOLDER.glob("*.csv")) if _columns(path)[0] == "surface"}


def _rows(name: str) -> tuple[Row, ...]:
    return rows(name, *LISTS[name][1:-2])


def _patterns(name: str, row: Row) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What must stand in a row's example, and what must not in its counter-example.

    A unit counts only behind a number and a bound only beside one: ``the second arm`` holds no unit.
    """
    fields = dict(row.fields)
    word = bounded(row.surface, plural=name in INFLECTED)
    if fields.get("form") in ("prefixed", "apart", "scaled"):
        word = re.compile(rf"{alternation([row.surface])}(?!\w)")  # kWh
    if name in ("units", "science_units"):
        return word, re.compile(rf"\d\s?{word.pattern}")
    if name == "bounds":
        return word, re.compile(rf"{word.pattern}\s?\d" if fields["place"] == "before" else rf"\d\s?{word.pattern}")
    return word, word


def _faults(name: str, row: Row) -> list[str]:
    """What is wrong with a row's example and counter-example."""
    held, refused = _patterns(name, row)
    marks = list(MARK.finditer(row.example))
    if len(marks) != 1:
        return [f"{row.place}: {row.example!r} marks {len(marks)} surfaces"]
    mark = marks[0]
    plain = row.example[: mark.start()] + mark.group(1) + row.example[mark.end() :]
    faults = []
    if mark.group(1) != row.surface:
        faults.append(f"{row.place}: {row.example!r} marks {mark.group(1)!r} and not {row.surface!r}")
    elif held.match(plain, mark.start()) is None:
        faults.append(f"{row.place}: {row.surface!r} is no word of its own in {plain!r}")
    if MARK.search(row.counterexample) or refused.search(row.counterexample):
        faults.append(f"{row.place}: the counter-example {row.counterexample!r} holds {row.surface!r}")
    return faults


@pytest.mark.parametrize("name", LISTS)
def test_examples_hold_the_surface_and_counter_examples_do_not(name):
    faults = [fault for row in _rows(name) for fault in _faults(name, row)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", LISTS)
def test_examples_are_sentences(name):
    for row in _rows(name):
        for text in (row.example, row.counterexample):
            assert text.strip() == text, row.place
            assert text[-1] in ".!?", f"{row.place}: {text!r}"
            assert len(text.split()) >= 2, f"{row.place}: {text!r}"


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_not_empty(name):
    assert _rows(name)


@pytest.mark.parametrize(
    ("surface", "text", "matches"),
    [
        ("M", "40M cells", True),
        ("M", "the MSC", False),
        ("dose", "an overdose", False),
        ("at least", "at  least", True),
        ("%", "5% of them", True),
        ("cell", "cells", False),
    ],
)
def test_a_surface_matches_as_a_word_of_its_own(surface, text, matches):
    assert bool(bounded(surface).search(text)) is matches


def test_a_plural_matches_where_it_is_asked_for():
    assert bounded("cell", plural=True).search("cells")
    assert not bounded("cell", plural=True).search("cellular")


def test_the_longest_surface_comes_first():
    assert re.match(alternation(["mg", "mg/kg"]), "mg/kg").group() == "mg/kg"


@pytest.mark.parametrize("flags", [0, re.IGNORECASE])
def test_words_that_begin_alike_match_as_if_each_stood_alone(flags):
    surfaces = ["m", "M", "Ml", "ml/kg", "mg", "mg/kg", "mg per kg", "µg", "a+", "a|b", "per cent", "percent", "x-ray"]
    each = "|".join(re.escape(one).replace(r"\ ", r"\s{1,3}") for one in sorted(surfaces, key=len, reverse=True))
    together = alternation(surfaces)
    for text in (*surfaces, "ML/kgs", "mg  per\nkg", "A|B", "mgs", "pe", "", "per  centile", "X-ray"):
        alone, tree = (re.match(pattern, text, flags) for pattern in (each, together))
        assert (alone and alone.span()) == (tree and tree.span())


def test_a_beginning_stands_once():
    assert alternation(["mg", "ml", "mg/kg"]) == "m(?:g(?:/kg)?|l)"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(wordlist, "_FOLDER", tmp_path)
    rows.cache_clear()
    yield tmp_path
    rows.cache_clear()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("word,role,example,counterexample\n", r"thing\.csv: header"),
        ("surface,role,example,counterexample\na,b,,d\n", r"thing\.csv:2: example is empty"),
        ("surface,role,example,counterexample\na,b,c,d,e\n", r"thing\.csv:2: the row has too many"),
        ("surface,role,example,counterexample\na,b,c,d\na,b,e,f\n", r"thing\.csv:3: 'a' stands at thing\.csv:2"),
    ],
)
def test_a_list_with_a_fault_is_refused(folder, text, message):
    (folder / "thing.csv").write_text(text, encoding="utf-8")
    with pytest.raises(VocabularyError, match=message):
        rows("thing", "role")


def test_words_that_differ_by_case_behind_the_same_beginning_stay_together():
    pattern = re.compile(rf"(?:{alternation(['marrow', 'mL', 'ml', 'fat'])})s?")
    assert all(pattern.fullmatch(word) for word in ("marrow", "mL", "ml", "fat", "mLs"))
    assert not pattern.fullmatch("arrow")
