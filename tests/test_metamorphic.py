"""What must not matter to a verdict does not, and one changed figure changes what holds it and nothing else."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Mapping

import pytest

from litclaims import ingest
from litclaims.compare import Comparison
from litclaims.inputs import find_inputs
from litclaims.model import Outcome, Verdict
from litclaims.pipeline import compare_outcomes
from litclaims.reading import extract_input, extract_text

NOTATIONS = (
    "40–200M cells",
    "40-200 M cells",
    "40 million to 200 million cells",
    "40 to 200 million cells",
    "between 40 and 200 million cells",
    "4 × 10^7 to 2 × 10^8 cells",
    "4 × 10⁷–2 × 10⁸ cells",
    "0.4–2 × 10^8 cells",
    "4e7–2e8 cells",
    "40,000,000 to 200,000,000 cells",
)

ESSAY = (
    "The dose is {dose} per session.",
    "Each knee gets an intra-articular injection of 15 to 50 million cells.",
    "Patients get 100 to 200 million cells intravenously.",
)
MUSCLE = ("The intramuscular dose is 2–50 million cells.", "A volume of 4 mL is injected into the muscle.")
TRIAL = ("Patients were infused with 2 × 10^6 cells/kg intravenously.", "A volume of 5 mL was injected into the knee.")
STANDARD = {"essay": ESSAY, "muscle": MUSCLE, "trial": TRIAL}


def compared(texts: Mapping[str, str]) -> Comparison:
    """The comparison of texts in memory, by the names of their documents."""
    read = [extract_text(text, doc=doc) for doc, text in texts.items()]
    return compare_outcomes([Outcome(one.document.doc, one.document.doc, "ok", extraction=one) for one in read])


def standard(**doses: str) -> dict[str, str]:
    """The three documents as paragraphs of plain text."""
    dose = doses.get("dose", NOTATIONS[0])
    return {doc: "\n\n".join(said).replace("{dose}", dose) + "\n" for doc, said in STANDARD.items()}


def side(position) -> tuple:
    return position.doc.partition(".")[0], position.low, position.high, position.unit, position.route, position.basis


def told(verdict: Verdict) -> tuple:
    """All that a verdict says, whichever side is first."""
    sides = frozenset((side(verdict.a), side(verdict.b)))
    shared = (verdict.overlap_low, verdict.overlap_high, verdict.gap_fold)
    said = (verdict.verdict, verdict.grade, verdict.flag, verdict.severity)
    return verdict.level, verdict.measure, sides, *said, *shared, verdict.match, verdict.unsaid, verdict.differ


@pytest.fixture(scope="module")
def plain() -> Counter[tuple]:
    found = Counter(map(told, compared(standard()).verdicts))
    assert found.total() >= 20
    assert {row[3] for row in found} >= {"overlap", "disjoint", "convertible_if"}
    return found


@pytest.mark.parametrize("notation", NOTATIONS[1:])
def test_another_notation_changes_no_verdict(plain, notation):
    assert Counter(map(told, compared(standard(dose=notation)).verdicts)) == plain


def as_html(said: tuple[str, ...]) -> str:
    paragraphs = "".join(f"<p>{html.escape(text)}</p>\n" for text in said)
    return (
        f"<!DOCTYPE html>\n<html><head><title>Doses</title></head><body><article>\n{paragraphs}</article></body></html>"
    )


FORMATS = {
    ".txt": lambda said: "\r\n\r\n".join(said) + "\r\n",
    ".md": lambda said: "\n\n".join(said) + "\n",
    ".html": as_html,
}


@pytest.mark.parametrize("suffix", sorted(set(FORMATS) & set(ingest.readers())))
def test_another_format_changes_no_verdict(plain, tmp_path, suffix):
    for doc, said in STANDARD.items():
        text = FORMATS[suffix](tuple(part.replace("{dose}", NOTATIONS[0]) for part in said))
        (tmp_path / f"{doc}{suffix}").write_bytes(text.encode())
    comparison = compare_outcomes([extract_input(item) for item in find_inputs([tmp_path]).items])
    assert Counter(map(told, comparison.verdicts)) == plain


def test_names_that_sort_the_other_way_swap_the_sides_and_nothing_else():
    texts = standard()
    one = compared({"a": texts["essay"], "b": texts["muscle"]}).verdicts
    other = compared({"b": texts["essay"], "a": texts["muscle"]}).verdicts
    swapped = {"a": "b", "b": "a"}

    def renamed(row: tuple) -> tuple:
        sides = frozenset((swapped[doc], *rest) for doc, *rest in row[2])
        return (*row[:2], frozenset(map(tuple, sides)), *row[3:])

    assert set(map(told, one)) != set(map(told, other))
    assert {renamed(told(verdict)) for verdict in one} == {told(verdict) for verdict in other}


def test_one_changed_figure_changes_only_the_verdicts_that_hold_it():
    before = {verdict.pair_id: verdict for verdict in compared(standard()).verdicts}
    after = {verdict.pair_id: verdict for verdict in compared(standard(dose="60–300M cells")).verdicts}
    assert set(before) == set(after)
    changed = {name for name in before if told(before[name]) != told(after[name])}
    holding = {name for name, verdict in before.items() if "40–200M" in (*verdict.a.figures, *verdict.b.figures)}
    assert changed == holding
    assert 0 < len(holding) < len(before)


def test_text_added_above_changes_no_id():
    texts = standard()
    before = compared(texts)
    after = compared(texts | {"essay": "A word before.\n\n" + texts["essay"]})
    assert [v.pair_id for v in before.verdicts] == [v.pair_id for v in after.verdicts]
    ids = [[name for p in found.positions for name in p.claim_ids] for found in (before, after)]
    assert ids[0] == ids[1]


# A clean corpus: sixty documents on three subjects, one dose in many notations.
SUBJECTS = (
    "Patients with knee osteoarthritis received an intra-articular injection of {dose} MSCs into the knee.",
    "Patients with stroke received an intravenous infusion of {dose} MSCs.",
    "Patients with degenerative disc disease received an intradiscal injection of {dose} MSCs.",
)
CLEAN = ("50 million", "5 × 10^7", "50M", "5e7", "50,000,000", "5 × 10⁷", "fifty million")
PLANTED = "doc17"


def generated(planted: str | None = None) -> dict[str, str]:
    """The clean corpus, or with another dose in one document of it."""
    doses = {f"doc{number:02}": CLEAN[number % len(CLEAN)] for number in range(60)}
    if planted is not None:
        doses[PLANTED] = planted
    return {
        doc: f"Report {doc[3:]}\n\n{SUBJECTS[number % 3].format(dose=dose)}\n\nNo serious event was seen.\n"
        for number, (doc, dose) in enumerate(doses.items())
    }


@pytest.fixture(scope="module")
def clean() -> Comparison:
    return compared(generated())


def test_a_clean_corpus_has_no_flag(clean):
    doses = [verdict for verdict in clean.verdicts if verdict.measure == "cell_dose"]
    assert len(doses) == 2 * 60 * 59 // 2
    assert [verdict for verdict in clean.verdicts if verdict.flag] == []


@pytest.mark.parametrize(
    ("dose", "of_one_subject", "of_others"),
    [
        ("500 million", "disjoint", "disjoint"),
        ("5 × 10^4", "magnitude_suspect", "disjoint"),
        ("20 million", "disjoint", "disjoint"),
    ],
)
def test_one_wrong_dose_raises_exactly_the_flags_that_hold_it(clean, dose, of_one_subject, of_others):
    found = compared(generated(dose))
    flagged = {(v.level, v.a.doc, v.b.doc): v.verdict for v in found.verdicts if v.flag}
    subject = int(PLANTED[3:]) % 3
    expected = {}
    for number in range(60):
        doc = f"doc{number:02}"
        for level in ("site", "route") if doc != PLANTED else ():
            alike = number % 3 == subject
            expected[(level, *sorted((doc, PLANTED)))] = of_one_subject if alike else of_others
    assert flagged == expected
    assert {v.pair_id for v in found.verdicts} == {v.pair_id for v in clean.verdicts}
