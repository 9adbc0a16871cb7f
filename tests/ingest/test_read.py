"""Reading files: what cannot be read says which file, what is wrong and what to do."""

from __future__ import annotations

import os

import pytest

from litclaims.errors import InputError, UnsupportedFormat
from litclaims.ingest import MAX_BYTES, read, readers


def test_an_unknown_suffix_names_the_known_ones(tmp_path):
    path = tmp_path / "a.xyz"
    path.write_text("text")
    with pytest.raises(UnsupportedFormat, match=r"a\.xyz: the format \.xyz is not known .*\.md.*\.txt"):
        read(path)


def test_a_file_that_is_not_utf8_names_the_byte_and_the_remedy(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"caf\xe9 5 million cells")
    with pytest.raises(InputError, match=r"a\.txt: is not UTF-8: byte 0xe9 at 3 \(save it as UTF-8"):
        read(path)


def test_a_file_with_a_nul_is_no_text(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"5 million\0cells")
    with pytest.raises(InputError, match="NUL"):
        read(path)


def test_a_byte_order_mark_is_left_out(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfCells")
    assert read(path).text == "Cells"


def test_line_ends_stay_as_they_are(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"one\r\ntwo\r\n")
    assert read(path).text == "one\r\ntwo\r\n"


def test_a_file_that_is_too_large_is_refused(tmp_path):
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(InputError, match="limit"):
        read(path)


def test_the_same_bytes_have_the_same_id_whatever_the_name(tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("Cells")
    assert read(tmp_path / "a.txt").doc_id == read(tmp_path / "b.txt").doc_id


def test_every_reader_declares_its_media_type():
    types = {module.MEDIA_TYPE for module in readers().values()}
    known = {"text/plain", "text/markdown", "text/html", "application/pdf", "application/jats+xml"}
    assert known <= types
    assert len(types) == len(set(readers().values()))


def test_a_folder_or_a_pipe_is_no_regular_file(tmp_path):
    (tmp_path / "a.txt").mkdir()
    os.mkfifo(tmp_path / "b.txt")
    for name in ("a.txt", "b.txt"):
        with pytest.raises(InputError, match="no regular file"):
            read(tmp_path / name)
