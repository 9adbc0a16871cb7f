"""The texts that speed is measured on: enough of them, and no two the same."""

import gzip
import json

import pytest

from benchmarks.texts import Size, write_copies, write_sparse


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "texts.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps({"text": text}) + "\n" for text in ("Ten µL.\r\nDaily.", "Five mL."))
    return path


def test_texts_that_come_again_are_new_documents(file, tmp_path):
    size = write_sparse(tmp_path / "in", documents=7, file=file)
    written = [path.read_bytes() for path in sorted((tmp_path / "in").iterdir())]
    assert size.documents == len(written) == len(set(written)) == 7
    assert size.bytes == sum(map(len, written))
    assert size.words == sum(len(raw.split()) for raw in written)


def test_texts_are_written_until_they_are_so_many_bytes(file, tmp_path):
    size = write_sparse(tmp_path / "in", size=200, file=file)
    assert 200 <= size.bytes < 250
    assert size.documents == len(list((tmp_path / "in").iterdir()))


def test_documents_are_counted_as_the_text_that_is_read_in_them(tmp_path):
    (tmp_path / "a.html").write_text("<p>Two words of html</p>", encoding="utf-8")
    size = write_copies([tmp_path / "a.html"], tmp_path / "in")
    assert (tmp_path / "in" / "a.html").exists()
    assert (size.documents, size.words) == (1, 4)
    assert Size().and_text("µg daily").bytes == 9
