"""A stance is found where a document takes one, and nowhere else."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

import litclaims.extract.stance as module
from litclaims import ingest, vocab
from litclaims.extract.stance import find_stances
from litclaims.extract.stance.evidence import interventions
from litclaims.extract.stance.sentences import split
from litclaims.extract.stance.verdict import weigh
from litclaims.model import Block, Document, Span

CASES = yaml.safe_load(Path(module.__file__).with_name("cases.yml").read_text(encoding="utf-8"))
SEEDS = Path(__file__).resolve().parents[2] / "../shared/seeds"
CONDITIONS = re.compile(r"(?:low back|back|knee) pain|osteoarthritis", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    start: int
    end: int
    label: str


def conditions(text: str) -> list[Found]:
    return [Found(*match.span(), match.group().lower()) for match in CONDITIONS.finditer(text)]


def document(blocks: list[list[str]]) -> Document:
    """A document of [kind, text] blocks; a heading stands over all that follow up to the next."""
    text, made, above = "", [], ()
    for kind, content in blocks:
        span = Span(len(text), len(text) + len(content))
        made.append(Block(kind, span, heading_path=() if kind == "heading" else above))
        above = (len(made) - 1,) if kind == "heading" else above
        text += content + "\n"
    return Document("made.txt", "made.txt", "text/plain", text, hashlib.sha256(text.encode()).hexdigest(), tuple(made))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_stances_of_a_document(case):
    found = find_stances(document(case["blocks"]), conditions=conditions)
    assert [[stance.stance, stance.intervention, stance.condition] for stance in found] == case["stances"]


def test_cases_are_of_both_kinds():
    assert any(case["stances"] for case in CASES)
    assert any(not case["stances"] for case in CASES)


def test_the_span_is_the_sentence_that_says_it():
    made = document([["paragraph", "Knees hurt. PRP is effective in knee pain. It is said."]])
    (stance,) = find_stances(made, conditions=conditions)
    assert made.text[stance.span.start : stance.span.end] == "PRP is effective in knee pain."


def test_a_reference_list_holds_no_stance():
    made = document(
        [["heading", "References"], ["paragraph", "Doe J. PRP is effective in knee pain. J Made Med. 2011;12:45."]]
    )
    assert find_stances(made, conditions=conditions) == ()


@pytest.mark.parametrize(
    ("weights", "stance"),
    [
        ({"supports": 3.0, "insufficient": 1.0}, "supports"),
        ({"supports": 1.0, "insufficient": 1.0}, "mixed"),
        ({"against": 1.0, "insufficient": 5.0}, "against"),
        ({"insufficient": 2.0, "supports": 1.0}, "insufficient"),
        ({"mixed": 1.0}, "mixed"),
    ],
)
def test_weights_add_up_to_a_stance(weights, stance):
    assert weigh(weights) == stance


def test_the_longer_intervention_stands():
    assert [name.label for name in interventions("MSC therapy and spinal stem cell injections")] == [
        "mesenchymal stromal cell therapy",
        "stem cell spinal injection",
    ]


def test_sentences_do_not_end_at_an_abbreviation():
    text = "Doe et al. Found it, e.g. Pain. It ended. The rest."
    assert [text[span.start : span.end] for span in split(text, Span(0, len(text)))] == [
        "Doe et al. Found it, e.g. Pain.",
        "It ended.",
        "The rest.",
    ]


@pytest.mark.parametrize(
    "text", ["", "no " * 5000, "evidence " * 5000, "stem cells " * 5000, "PRP " * 100 + "is effective"]
)
def test_hostile_text_gives_an_answer(text):
    assert find_stances(document([["paragraph", text]]), conditions=conditions) == ()


@pytest.mark.skipif(not SEEDS.exists(), reason="the shared example documents are not here")
@pytest.mark.skipif("condition" not in vocab.kinds(), reason="there is no lexicon of conditions")
def test_seed_documents_give_their_stances():
    found = [
        {(stance.stance, stance.intervention, stance.condition) for stance in find_stances(ingest.read(path))}
        for path in sorted(SEEDS.glob("*.txt"))
    ]
    assert found == [
        set(),
        {("supports", "stem cell therapy", "musculoskeletal disorder")},
        {
            ("insufficient", "stem cell therapy", "low back pain"),
            ("against", "stem cell spinal injection", "low back pain"),
        },
        {("supports", "stem cell therapy", "knee pain"), ("supports", "stem cell therapy", "back pain")},
    ]
