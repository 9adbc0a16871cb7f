"""Sentence ends that are certain, and scispaCy's splitter for the rest."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from scispacy.custom_sentence_segmenter import pysbd_sentencizer

from litclaims.ingest import read
from litclaims.segment import view
from litclaims.segment.pipeline import tokenizer
from litclaims.segment.sentences import certain_stretches, sentences, sentencize

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT / "../shared"


@pytest.fixture(scope="module")
def nlp():
    made = spacy.blank("en")
    made.tokenizer = tokenizer(made)
    return made


def starts(doc) -> list[int]:
    return [sentence.start_char for sentence in doc.sents]


def texts(folder: Path):
    for path in sorted(path for path in folder.rglob("*") if path.suffix in (".txt", ".md")):
        document = read(path)
        seen = view(document.text, markdown=document.media_type == "text/markdown")
        yield from (seen[block.span.start : block.span.end] for block in document.blocks)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cells were given once. They helped.", [(0, 22, True), (23, 35, True)]),
        ("A dose of 2.5 million was given. It helped.", [(0, 32, True), (33, 43, True)]),
        ("We saw Dr. Smith. They grew.", [(0, 17, False), (18, 28, True)]),
        ("We used E. coli.", [(0, 16, False)]),
        ("It ended.Then", [(0, 13, False)]),
        ("In 5 cases (n = 5) it fell. Then it rose.", [(0, 27, True), (28, 41, True)]),
        ("It fell (see Fig. 2). Then it rose.", [(0, 21, True), (22, 35, True)]),
        ("Smith et al. reported this. Others did not.", [(0, 27, False), (28, 43, True)]),
        ("Was it given? It was.", [(0, 21, False)]),
        ("It was so.[12] Then it rose. It fell.", [(0, 28, False), (29, 37, True)]),
        ("It was so.12 Then it rose. It fell.", [(0, 26, False), (27, 35, True)]),
        ("It fell (Table 2).Table 2 shows these. It rose.", [(0, 38, False), (39, 47, True)]),
        ("Both groups were alike. BMDMCs fell.", [(0, 23, True), (24, 36, True)]),
        ("Cells were seen.  CD45 was not.", [(0, 16, True), (18, 31, True)]),
        ("It was grown. a second one was not.", [(0, 13, True), (14, 35, True)]),
        ("It was grown (e.g. in a bag, Bio Inc., Boston). Then it rose.", [(0, 47, True), (48, 61, True)]),
        ("It was grown (e.g. in a bag (so. it is) inc. it). Then it rose.", [(0, 49, False), (50, 63, True)]),
    ],
)
def test_stretch_is_sure_where_only_plain_words_end_it(text, expected):
    assert certain_stretches(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        'He said "Go. Now."',
        "1. First\n2. Second",
        "1. One. 2. Two.",
        "We gave a) one and b) two. Then all.",
        "Dr. Smith gave them. They grew.",
        "It grew -- at least. Then -- it fell.",
        "It grew 'on a plate. Then it' fell.",
        r"It grew (a\b. c). Then it fell.",
        "It grew (on a plate. Then] it fell).",
    ],
)
def test_nothing_is_certain_in_quotes_lists_and_lines(text):
    assert certain_stretches(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Cells were given. It was so.[12] Then it rose.",
        "Cells were given. It was so.12 Then it rose. It fell.",
        "Cells were given. It fell (Table 2).Table 2 shows it. It rose.",
        "Cells were given. It fell (Table 2).Table2 shows e.g.one of them. It rose.",
        "Both groups were alike. BMDMCs fell.  CD45 was not seen.   In all it rose.",
    ],
)
def test_a_stop_with_something_stuck_to_it_ends_what_ends_a_token(nlp, text):
    assert starts(sentencize(nlp(text))) == starts(pysbd_sentencizer(nlp(text)))


@pytest.mark.parametrize("blanks", [" ", "  ", "   "])
def test_blanks_between_sentences_belong_where_the_tokenizer_puts_them(nlp, blanks):
    text = f"Both groups were alike.{blanks}BMDMCs fell.{blanks}In all it rose."
    expected = [(each.start_char, each.end_char) for each in pysbd_sentencizer(nlp(text)).sents]
    assert sentences(text, lambda: nlp(text)) == expected


def test_sentences_are_those_of_the_component_on_our_documents(nlp):
    differing = [
        text for text in texts(ROOT / "corpus") if starts(sentencize(nlp(text))) != starts(pysbd_sentencizer(nlp(text)))
    ]
    assert differing == []


@pytest.mark.parametrize("folder", ["seeds", "trials"])
def test_sentences_are_those_of_the_component_on_real_documents(nlp, folder):
    if not SHARED.is_dir():
        pytest.skip("the shared documents are not here")
    several = (text for text in texts(SHARED / folder) if re.search(r"[.!?]\s", text))
    assert [text for text in several if starts(sentencize(nlp(text))) != starts(pysbd_sentencizer(nlp(text)))] == []


# fmt: off
PIECES = (
    "cells", "were", "given", "once", "MSCs", "the", "dose", "of", "5", "2.5", "million", "kg", "et", "al",
    "vs", "Dr", "Fig", "Inc", "e.g.", "i.e.", "i.v.", "U.S.", "a", "b", "ii", "1", "2", "12", "A", "It", "Then",
    "CD34+", "p15", "(see", "(n=5)", "(Fig.2)", "[1]", "[12,13]", ")", "St.", "No.", "al.", "Ltd.", "coli", "%",
    "*", "(ii)", "(a)", "--", ":", ";", ",", "end.", "3.", "4.",
    "(it fell. It rose)", "(J. Smith, Inc., Boston)", "(vs. 3.4; p < 0.05)", "(x (y. z) w.)", "[see ref. 3]",
)
# fmt: on
ENDS = (". ", ". ", ".  ", ".   ", "? ", ".", ", ", ".) ")


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6), st.sampled_from(ENDS)), max_size=4)
)
def test_sentences_are_those_of_the_component_in_what_is_put_together(nlp, parts):
    text = "It" + "".join(f" {' '.join(words)}{end}" for words, end in parts)
    assert starts(sentencize(nlp(text))) == starts(pysbd_sentencizer(nlp(text)))
