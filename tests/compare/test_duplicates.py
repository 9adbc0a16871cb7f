"""Documents that repeat another: how they are found, and which of two counts."""

from __future__ import annotations

import random
from pathlib import Path

import pandas as pd
import pytest

from litclaims.compare import duplicates, find_duplicates, judge_figures
from litclaims.inputs import find_inputs
from litclaims.model import Duplicate
from litclaims.pipeline import compare_outcomes, run_local
from litclaims.reading import extract_input

TEXT = (
    "Patients received {dose} mesenchymal stem cells by intra-articular injection into the {site}. "
    "The cells were harvested from bone marrow and grown in flasks before they were used. "
    "Pain was assessed with a visual scale at the first visit and again at the last one. "
    "No serious adverse event was observed in either arm, and most patients returned to their daily work. "
    "Magnetic resonance images showed somewhat thicker cartilage in those who had been treated than in the others. "
    "Whether this lasts is not known, because few of those who were treated early could be seen again. "
    "The authors think that the benefit comes from signals of the cells rather than from the cells themselves. "
    "They ask for larger trials with better controls, in which neither patients nor doctors know who was treated. "
    "All patients had given their consent, and the ethics committee of the hospital had agreed to the protocol. "
)


def find(**texts: str) -> list[tuple[str, str, str]]:
    return [(each.doc, each.of, each.kind) for each in find_duplicates(list(texts), texts.__getitem__)]


def words(count: int, seed: int) -> list[str]:
    letters = random.Random(seed)
    return ["".join(letters.choices("abcdefghij", k=5)) for _ in range(count)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Five cells, 10⁶ each.", "five cells 106 each"),
        ("2 × 10⁶ cells\n\nper knee", "2  10^6 cells per knee."),
        ("ﬁve cells – “given”", "Five cells - 'given'"),
    ],
)
def test_case_space_punctuation_and_superscripts_make_no_other_text(one, other):
    assert find(a=one, b=other) == [("b", "a", "same")]


@pytest.mark.parametrize(
    ("one", "other"),
    [("2.5 million cells", "25 million cells"), ("< 5 mg", "> 5 mg"), ("5 ± 1", "5 1"), ("", ""), (" ", "!")],
)
def test_signs_that_change_a_figure_make_another_text(one, other):
    assert find(a=one, b=other) == []


def test_the_first_by_name_is_the_source_whatever_the_order():
    texts = {"c": "one text", "a": "One text.", "b": "one  text"}
    for order in (["a", "b", "c"], ["c", "b", "a"]):
        found = find_duplicates(order, texts.__getitem__)
        assert found == (Duplicate("b", "a", "same"), Duplicate("c", "a", "same"))


@pytest.mark.parametrize("length", [300, 3000])
def test_texts_above_the_threshold_are_near_and_those_below_are_not(length):
    base = words(length, 1)
    shares = {}
    for share in (0.9, 0.85, 0.7, 0.5):
        # so many words changed apart from each other that five sequences each are lost
        changed = list(base)
        number = round(length * (1 - share) / (1 + share) / duplicates.SHINGLE)
        for place in range(number):
            changed[place * (length // number) + 2] = f"new{place}x"
        shares[share] = find(a=" ".join(base), b=" ".join(changed))
    assert shares[0.9] == shares[0.85] == [("b", "a", "near")]
    assert shares[0.7] == shares[0.5] == []


def test_a_copy_of_a_near_duplicate_is_one_of_the_source():
    base = words(500, 2)
    changed = [*base[:-1], "other"]
    found = find(a=" ".join(base), b=" ".join(changed), c=" ".join(changed).upper())
    assert found == [("b", "a", "near"), ("c", "a", "near")]


def test_short_texts_are_the_same_or_nothing():
    base = words(30, 3)
    assert find(a=" ".join(base), b=" ".join([*base[:-1], "other"])) == []


def test_many_documents_are_not_held_each_against_each(monkeypatch):
    held = []
    genuine = duplicates._jaccard
    monkeypatch.setattr(duplicates, "_jaccard", lambda *sides: held.append(1) or genuine(*sides))
    texts = {f"{number:04}": " ".join(words(80, number)) for number in range(300)}
    copies = {f"x{number:04}": f"{texts['0000']} end{number}" for number in range(300)}
    found = find(**texts, **copies)
    assert {(of, kind) for _, of, kind in found} == {("0000", "near")}
    assert len(found) == 300
    assert len(held) < 1000


def outcomes(folder: Path, **texts: str):
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return [extract_input(item) for item in find_inputs([folder]).items]


def doses(comparison) -> dict[str, set[float]]:
    found: dict[str, set[float]] = {}
    for position in comparison.positions:
        if position.measure == "cell_dose":
            found.setdefault(position.doc, set()).update({float(position.low), float(position.high)})
    return found


def kinds(comparison) -> dict[str, str]:
    return {each.doc: each.kind for each in comparison.duplicates}


A = TEXT.format(dose="50 million", site="knee")
NEAR = A.replace("most patients returned", "all patients returned")


def test_a_copy_counts_once_and_keeps_its_claims(tmp_path):
    read = outcomes(tmp_path, a=A, b=A.upper().replace("MESENCHYMAL STEM CELLS", "mesenchymal stem cells"), c=NEAR)
    comparison = compare_outcomes(read)
    assert kinds(comparison) == {"b.txt": "same", "c.txt": "near"}
    assert doses(comparison) == {"a.txt": {50e6}}
    assert all(outcome.extraction.claims for outcome in read)
    assert "count once: 2" in comparison.notes[-1]


@pytest.mark.parametrize("change", [("50 million", "5 million"), ("knee", "hip"), ("intra-articular", "intravenous")])
def test_a_version_with_another_figure_or_context_is_compared(tmp_path, change):
    comparison = compare_outcomes(outcomes(tmp_path, a=A, b=NEAR.replace(*change)))
    assert kinds(comparison) == {"b.txt": "changed"}
    assert set(doses(comparison)) == {"a.txt", "b.txt"}


def test_a_version_that_says_no_dose_any_more_leaves_the_other_to_count(tmp_path):
    comparison = compare_outcomes(outcomes(tmp_path, a=NEAR.replace("50 million", "many"), b=A))
    assert kinds(comparison) == {"b.txt": "near"}
    assert doses(comparison) == {"b.txt": {50e6}}


def test_a_changed_dose_between_versions_is_flagged(tmp_path):
    comparison = compare_outcomes(outcomes(tmp_path, article=A, preprint=NEAR.replace("50 million", "5 million")))
    assert kinds(comparison) == {"preprint.txt": "changed"}
    assert any(
        verdict.flag and {verdict.a.doc, verdict.b.doc} == {"article.txt", "preprint.txt"}
        for verdict in comparison.verdicts
    )
    assert "both are compared: 1" in comparison.notes[-1]


def test_of_two_versions_the_one_that_says_more_counts(tmp_path):
    more = NEAR + "A second injection of 80 million cells into the knee followed."
    comparison = compare_outcomes(outcomes(tmp_path, a=A, b=more))
    assert kinds(comparison) == {"b.txt": "near"}
    assert doses(comparison) == {"b.txt": {50e6, 80e6}}


def test_a_guessed_figure_does_not_stand_for_a_sure_one(claim):
    guessed, sure = claim(value=50, guessed=True), claim(value=50)
    same = [Duplicate("b", "a", "same")]
    assert judge_figures(same, {"a": [guessed], "b": [sure]}.get)[1] == {"a"}
    assert judge_figures(same, {"a": [sure], "b": [guessed]}.get)[1] == {"b"}
    assert judge_figures(same, {"a": [guessed], "b": [guessed]}.get)[1] == {"b"}


def test_of_a_same_text_the_context_may_be_read_differently_of_a_near_one_not(claim):
    claims = {"a": [claim(value=50, route="intravenous")], "b": [claim(value=50)]}
    assert judge_figures([Duplicate("b", "a", "same")], claims.get)[1] == {"b"}
    ((judged,), left_out) = judge_figures([Duplicate("b", "a", "near")], claims.get)
    assert (judged.kind, left_out) == ("changed", frozenset())


def test_the_table_of_documents_names_the_source(tmp_path):
    (tmp_path / "in").mkdir()
    for name, text in (("a", A), ("b", A), ("c", NEAR), ("d", "Nothing like it.")):
        (tmp_path / "in" / f"{name}.txt").write_text(text)
    run_local([tmp_path / "in"], out=tmp_path / "out")
    table = pd.read_csv(tmp_path / "out" / "documents.csv").set_index("doc")
    assert table["duplicate_of"].dropna().to_dict() == {"b.txt": "a.txt", "c.txt": "a.txt"}
    assert table["duplicate_kind"].dropna().to_dict() == {"b.txt": "same", "c.txt": "near"}
