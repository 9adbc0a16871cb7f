"""The texts of the page: whole or around the claims, with marks whose offsets are those of JavaScript."""

from dataclasses import replace

import pytest

from litclaims.model import Block, Extraction, Mention, Outcome, Slot, Span, Stance
from litclaims.reading import extract_text
from litclaims.report import page_texts as module
from litclaims.report.page_texts import KINDS, excerpts, page_texts, utf16
from litclaims.report.rows import frames
from report.sample_run import make_claim, make_document, span_of

LONG = "Title\n\nNothing here.\n\nDoses\n\nGive 40M cells.\n\nNor here.\n"


def in_utf16(text, start, end):
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def read(text, figure="40M", **given):
    claim = make_claim(span=span_of(figure, text), figure=figure, sentence=span_of(f"Give {figure} cells.", text))
    return Extraction(make_document(text=text, **given.pop("document", {})), claims=(claim,), **given)


def shown(extraction, **given):
    outcomes = [Outcome("a.txt", "a.txt", "ok", extraction=extraction)]
    (part,) = page_texts(frames(outcomes, [], []), outcomes, **given)
    return part["documents"][0], part["labels"]


@pytest.mark.parametrize("text", ["plain", "é–×10⁶", "😀 40M 😀😀 cells"])
def test_offsets_are_those_of_utf_16(text):
    at = utf16(text)
    for start in range(len(text)):
        assert in_utf16(text, at(start), at(len(text))) == text[start:]


def test_a_claim_stands_where_the_script_finds_it():
    text = "😀 Give 40M cells. 😀"
    found, _ = shown(read(text))
    ((row, start, end, first, last),) = found["claims"]
    assert row == 0
    assert in_utf16(text, start, end) == "40M"
    assert in_utf16(text, first, last) == "Give 40M cells."
    assert found["text"] == [(0, text)]


def test_mentions_are_marked_by_kind_with_their_label():
    text = "Give 40M cells. Into the knee."
    mention = Mention("target", "knee", span_of("knee", text), "lexicon target", 0, "knee")
    found, labels = shown(read(text, mentions=(mention,)))
    marks = {(KINDS[kind], text[start:end], labels[label]) for start, end, kind, label in found["marks"]}
    assert marks == {("target", "knee", "knee"), ("quantity", "40M", "cell_dose")}


def test_only_what_a_figure_is_per_is_marked_as_basis():
    text = "Give 40M cells. Per session, of two sessions."
    each = [Mention("basis", "session", span_of(part, text), "lexicon basis", 0) for part in ("session", "sessions")]
    extraction = read(text, mentions=tuple(each))
    slot = Slot("basis", ("session",), mentions=(each[0].span,))
    found, _ = shown(replace(extraction, claims=(replace(extraction.claims[0], slots=(slot,)),)))
    assert [tuple(mark[:2]) for mark in found["marks"] if KINDS[mark[2]] == "basis"] == [
        (each[0].span.start, each[0].span.end)
    ]


def test_of_very_much_text_the_paragraphs_with_claims_and_their_headings_are_shown():
    spans = [span_of(part, LONG) for part in ("Title", "Nothing here.", "Doses", "Give 40M cells.", "Nor here.")]
    kinds = ("title", "paragraph", "heading", "paragraph", "paragraph")
    above = ((), (), (), (2,), (2,))
    blocks = [Block(kind, span, heading_path=path) for kind, span, path in zip(kinds, spans, above, strict=True)]
    extraction = read(LONG, document={"blocks": tuple(blocks)})
    assert [LONG[span.start : span.end] for span in excerpts(extraction)] == ["Doses\n\nGive 40M cells."]
    found, _ = shown(extraction, most=10)
    assert [text for _, text in found["text"]] == ["Doses\n\nGive 40M cells."]
    assert found["length"] == len(LONG)
    assert all(KINDS[mark[2]] in ("quantity", "heading") for mark in found["marks"])


def test_a_paragraph_without_end_is_shown_around_its_sentence():
    text = "word " * 1000 + "Give 40M cells." + " word" * 1000
    extraction = read(text, document={"blocks": (Block("paragraph", Span(0, len(text))),)})
    ((start, part),) = shown(extraction, most=10)[0]["text"]
    assert len(part) == 2 * module.AROUND + len("Give 40M cells.")
    assert text[start : start + len(part)] == part


def test_stances_have_a_place_too():
    text = "Give 40M cells. It should not be used."
    stance = Stance("a.txt", "cells", "pain", "against", span_of("It should not be used.", text))
    assert shown(read(text, stances=(stance,)))[0]["stances"] == [(stance.span.start, stance.span.end)]


def test_texts_are_unpacked_in_parts(monkeypatch):
    monkeypatch.setattr(module, "PART", 20)
    outcomes = [
        Outcome(doc, doc, "ok", extraction=Extraction(make_document(doc, text="x" * 15))) for doc in ("a", "b", "c")
    ]
    parts = page_texts(frames(outcomes, [], []), outcomes)
    assert [list(part["documents"]) for part in parts] == [[0, 1], [2]]


def test_what_extraction_names_is_what_is_marked():
    text = "Patients with knee osteoarthritis received an intra-articular injection of 40 million MSCs [3]."
    extraction = extract_text(text, doc="a.txt")
    found = {(mention.kind, mention.surface) for mention in extraction.mentions}
    assert {
        ("quantity", "40 million"),
        ("route", "intra-articular"),
        ("condition", "knee osteoarthritis"),
        ("cell_type", "MSCs"),
        ("citation", "[3]"),
    } <= found
    for mention in extraction.mentions:
        assert text[mention.span.start : mention.span.end] == mention.surface
    assert list(extraction.mentions) == sorted(extraction.mentions, key=lambda mention: mention.span)
