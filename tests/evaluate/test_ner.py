"""Scoring diseases against IOB tags."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from litclaims import cli
from litclaims.errors import InputError
from litclaims.evaluate.counts import Matches
from litclaims.evaluate.ner import Entity, read_iob, run_ner, score_ner

DEVEL = Path(__file__).resolve().parents[2] / "../shared/data/ner/ncbi-disease-devel.tsv"


def _file(folder: Path, *sentences: str) -> Path:
    """A file of tags of sentences in which [brackets] mark the diseases and {braces} chemicals."""
    rows = []
    for sentence in sentences:
        tag = "O"
        for word in sentence.split():
            if word[0] in "[{":
                tag = "B-Disease" if word[0] == "[" else "B-Chemical"
            rows.append(f"{word.strip('[]{}')}\t{tag}")
            tag = "O" if word[-1] in "]}" or tag == "O" else tag.replace("B-", "I-")
        rows.append("")
    path = folder / "gold.tsv"
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_entities_are_read_from_tags(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text("a\tB-Disease\nb\tI-Disease\nc\tB-Disease\nd\tO\ne\tI-Chemical\r\n\n\nf\tO\n", encoding="utf-8")
    first, second = read_iob(path)
    assert first.words == ("a", "b", "c", "d", "e")
    assert first.entities == (Entity(0, 2, "Disease"), Entity(2, 3, "Disease"), Entity(4, 5, "Chemical"))
    assert second.entities == ()


@pytest.mark.parametrize("line", ["word", "word\tX", "word\tB-", "\tO", "word O"])
def test_a_line_without_a_tag_is_told_with_its_number(tmp_path, line):
    path = tmp_path / "a.tsv"
    path.write_text(f"a\tO\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.tsv:2"):
        read_iob(path)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_iob(tmp_path / "none.tsv")


def test_counts_without_anything_have_no_ratio():
    assert (Matches().precision, Matches().recall, Matches().f1) == (None, None, None)
    assert Matches(4, 2, 1).f1 == pytest.approx(1 / 3)


def test_the_three_ways_are_scored_and_chemicals_do_not_count(tmp_path):
    path = _file(
        tmp_path,
        "They had [knee osteoarthritis] and took {aspirin} .",
        "A [ventricular septal defect] ( [VSD] ) was seen .",
        "The [VSD] was closed .",
    )
    scores = score_ner(read_iob(path))
    assert list(scores) == ["combination", "dictionary", "model"]
    assert scores["combination"] == Matches(4, 4, 4)
    assert scores["dictionary"].gold == 4
    assert scores["dictionary"].right < 4  # it does not know the abbreviation


def test_an_entity_with_one_wrong_end_is_wrong(tmp_path):
    path = _file(tmp_path, "They had knee [osteoarthritis] .")
    assert score_ner(read_iob(path))["combination"] == Matches(1, 1, 0)


def test_the_command_prints_a_line_a_way(tmp_path):
    path = _file(tmp_path, "They had [knee osteoarthritis] .")
    result = CliRunner().invoke(cli.app, ["evaluate", "--ner", str(path)])
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert [line.split()[1] for line in lines[1:]] == ["combination", "dictionary", "model"]
    assert all(line.split()[-1] == "1.0000" for line in lines[1:3])


def test_the_command_takes_one_kind_of_gold(tmp_path):
    result = CliRunner().invoke(cli.app, ["evaluate", "gold.jsonl", "--ner", "a.tsv"])
    assert result.exit_code == 2


@pytest.mark.skipif(not DEVEL.is_file(), reason="the annotated abstracts are not at hand")
def test_the_combination_is_good_on_ncbi_disease_devel():
    scores = score_ner(read_iob(DEVEL))
    assert scores["combination"].f1 >= 0.80
    assert scores["combination"].f1 > max(scores["dictionary"].f1, 0.5)
    assert "combination" in run_ner([DEVEL])
