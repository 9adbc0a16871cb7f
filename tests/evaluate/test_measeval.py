"""The MeasEval reader and its scores, on annotations made by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from litclaims.errors import GoldError, InputError
from litclaims.evaluate import measeval
from litclaims.evaluate.measeval import SpanCounts, read_measeval, run_measeval, score_spans
from litclaims.model import Span

HEADER = "\t".join(measeval.COLUMNS)
TEXT = "We kept 12 rats at 21 °C."


def row(
    start: int, end: int, *, text: str = TEXT, doc: str = "one", kind: str = "Quantity", said: str | None = None
) -> str:
    """A row of annotations; ``said`` overrides the surface."""
    return f"{doc}\t1\t{kind}\t{start}\t{end}\tT1-1\t{text[start:end] if said is None else said}\t"


def folder(path: Path, *rows: str, header: str = HEADER, texts: str = "text", text: str = TEXT) -> Path:
    """A MeasEval folder with one annotated text."""
    (path / "tsv").mkdir(parents=True)
    (path / texts).mkdir()
    (path / texts / "one.txt").write_text(text, encoding="utf-8")
    (path / "tsv" / "one.tsv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def spans(*pairs: tuple[int, int]) -> list[Span]:
    return [Span(start, end) for start, end in pairs]


def test_gold_against_gold_is_one():
    counts = score_spans(spans((0, 3), (8, 12)), spans((0, 3), (8, 12)))
    assert counts == SpanCounts(gold=2, predicted=2, strict=2, overlap=2)
    assert (counts.strict_f1, counts.overlap_f1) == (1.0, 1.0)


def test_silence_is_zero_not_undefined():
    counts = score_spans(spans((0, 3)), [])
    assert (counts.strict_f1, counts.overlap_f1) == (0.0, 0.0)


def test_nothing_annotated_and_nothing_predicted_is_undefined():
    assert score_spans([], []).strict_f1 is None


def test_a_prediction_where_nothing_is_annotated_is_wrong():
    assert score_spans([], spans((0, 3))) == SpanCounts(predicted=1)


def test_f1_of_unequal_counts_by_hand():
    counts = score_spans(spans((0, 3), (5, 9), (20, 25)), spans((0, 3), (6, 9), (12, 14), (30, 31)))
    assert counts == SpanCounts(gold=3, predicted=4, strict=1, overlap=2)
    assert counts.strict_f1 == pytest.approx(2 / 7)
    assert counts.overlap_f1 == pytest.approx(4 / 7)


def test_adjacent_spans_do_not_overlap():
    assert score_spans(spans((0, 3)), spans((3, 6))).overlap == 0


def test_one_prediction_over_two_gold_spans_counts_once():
    assert score_spans(spans((0, 3), (5, 9)), spans((0, 9))) == SpanCounts(gold=2, predicted=1, strict=0, overlap=1)


def test_two_predictions_on_one_gold_span_count_once():
    assert score_spans(spans((0, 9)), spans((0, 3), (5, 9))) == SpanCounts(gold=1, predicted=2, strict=0, overlap=1)


def test_pairs_are_as_many_as_can_be():
    # the first prediction touches both gold spans, the second only the first of them
    assert score_spans(spans((0, 10), (12, 20)), spans((5, 15), (1, 4))).overlap == 2


def test_a_span_said_twice_counts_once():
    assert score_spans(spans((0, 3), (0, 3)), spans((0, 3), (0, 3))) == SpanCounts(1, 1, 1, 1)


def test_only_quantities_are_read_each_once_and_in_order(tmp_path):
    rows = (row(19, 24), row(8, 10), row(8, 10), row(11, 15, kind="MeasuredEntity"))
    (document,) = read_measeval(folder(tmp_path, *rows))
    assert (document.doc, document.text) == ("one", TEXT)
    assert document.quantities == (Span(8, 10), Span(19, 24))


def test_a_text_without_annotations_has_no_quantities(tmp_path):
    place = folder(tmp_path, row(8, 10))
    (place / "text" / "two.txt").write_text("No more.", encoding="utf-8")
    assert [document.quantities for document in read_measeval(place)] == [(Span(8, 10),), ()]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("one\t1\tQuantity\t8\t10", "5 fields"),
        (row(8, 10, doc="two"), "docId 'two'"),
        (row(8, 10, kind="Quantities"), "annotType 'Quantities'"),
        (row(8, 10).replace("\t8\t", "\teight\t"), "offsets 'eight' and '10'"),
        (row(8, 10).replace("\t8\t", "\t-8\t"), "offsets '-8' and '10'"),
        (row(8, 10).replace("\t8\t", "\t10\t"), "offsets 10 and 10 in a text of 25"),
        (row(8, 10).replace("\t10\t", "\t99\t"), "offsets 8 and 99 in a text of 25"),
        (row(8, 10, said="13"), "text '13', but '12' stands there"),
    ],
)
def test_a_faulty_row_is_refused_with_its_file_and_line(tmp_path, line, told):
    with pytest.raises(GoldError) as caught:
        read_measeval(folder(tmp_path, row(19, 24), line))
    assert caught.value.source.endswith("one.tsv:3")
    assert told in caught.value.message


def test_a_faulty_header_is_refused(tmp_path):
    with pytest.raises(GoldError, match=r"one\.tsv:1: header"):
        read_measeval(folder(tmp_path, header=HEADER.replace("docId", "doc")))


def test_annotations_without_a_text_are_refused(tmp_path):
    place = folder(tmp_path, row(8, 10))
    (place / "text" / "one.txt").unlink()
    with pytest.raises(GoldError, match=r"one\.tsv: no text/one\.txt"):
        read_measeval(place)


def test_bytes_that_are_no_utf8_are_refused(tmp_path):
    place = folder(tmp_path, row(8, 10))
    (place / "text" / "one.txt").write_bytes(b"12 \xb5m")
    with pytest.raises(GoldError, match="no UTF-8 at byte 3"):
        read_measeval(place)


def test_a_parent_is_searched_and_totals_are_micro(tmp_path):
    folder(tmp_path / "train", row(8, 10), row(19, 24))
    folder(tmp_path / "trial", row(8, 10), texts="txt")
    text, code = run_measeval([tmp_path], spans=lambda text: spans((8, 10)))
    lines = text.splitlines()
    assert code == 0
    assert [line.split(": ")[1] for line in lines if ": " in line] == [
        "1 texts, 2 quantities, 1 predicted",
        "1 texts, 1 quantities, 1 predicted",
        "2 texts, 3 quantities, 2 predicted",
    ]
    assert lines[-2].split() == ["strict", "1.000", "0.667", "0.800", "2"]


def test_a_folder_given_twice_is_scored_once(tmp_path):
    place = folder(tmp_path / "train", row(8, 10))
    assert measeval.find_folders([tmp_path, place]) == (place,)


def test_nothing_to_find_is_no_success(tmp_path):
    text, code = run_measeval([folder(tmp_path)], spans=lambda text: [])
    assert code == 1
    assert text.splitlines()[-1].split() == ["overlap", "-", "-", "-", "0"]


@pytest.mark.parametrize("made", [True, False])
def test_a_folder_without_annotations_is_refused(tmp_path, made):
    place = tmp_path / "there"
    if made:
        (place / "tsv").mkdir(parents=True)
    with pytest.raises(InputError) as caught:
        run_measeval([place], spans=lambda text: [])
    assert caught.value.source == str(place)
    assert caught.value.remedy
