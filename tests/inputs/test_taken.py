"""What an input holds is taken once, and its hash is of just that."""

from __future__ import annotations

import gzip
import hashlib
import os

import pytest

from litclaims import inputs
from litclaims.errors import InputError, UnsupportedLanguage
from litclaims.inputs import Input, find_inputs, load, raw_text, take, unread
from litclaims.pipeline import run_local

TEXT = (
    "Cells for sore knees\n\nBACKGROUND:\nThis study looks at what happens to people whose knees hurt when they walk,"
    " and at what they can do about it at home in the weeks after they were seen.\n\n- They are asked how they are.\n"
    "- They are asked again by the nurse who saw them first.\n"
)
GERMAN = "Die Patienten wurden zweimal in der Woche mit einer Spritze in das Knie behandelt, und dann noch einmal. " * 4


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.csv").write_text('id,title,text\n1,On knees,"They hurt, and then they do not."\n', encoding="utf-8")
    (tmp_path / "c.jsonl").write_text('{"id": "2", "text": "On knees\\n\\nThey hurt."}\n', encoding="utf-8")
    (tmp_path / "d.txt.gz").write_bytes(gzip.compress(TEXT.encode()))
    (tmp_path / "e.md").write_text(TEXT, encoding="utf-8")
    return tmp_path


def test_the_hash_is_of_what_is_taken_and_the_one_that_is_planned_with(folder):
    for item in find_inputs([folder]).items:
        assert take(item).sha256 == inputs.digest(item) is not None


def test_what_is_packed_has_the_hash_of_its_bytes(folder):
    (item,) = find_inputs([folder / "d.txt.gz"]).items
    assert take(item).sha256 == hashlib.sha256((folder / "d.txt.gz").read_bytes()).hexdigest()
    assert take(item).raw == TEXT.encode()


def test_a_document_that_is_not_laid_out_is_told_of_as_if_it_were(folder):
    told = 0
    for item in find_inputs([folder]).items:
        taken = take(item)
        text = raw_text(item, taken)
        if text is None:
            continue
        told += 1
        whole, bare = load(item, taken), unread(item, taken, text)
        for name in ("doc", "source", "text", "sha256", "media_type", "title", "language"):
            assert getattr(whole, name) == getattr(bare, name), (item.doc, name)
    assert told == 4


def test_another_format_has_no_text_before_it_is_read(folder):
    (folder / "page.txt").write_text("<!DOCTYPE html><html><body><p>Knees hurt.</p></body></html>", encoding="utf-8")
    items = {item.doc: item for item in find_inputs([folder]).items}
    assert raw_text(items["e.md"], take(items["e.md"])) is None
    assert raw_text(items["page.txt"], take(items["page.txt"])) is None


def test_another_language_is_refused_without_a_layout(tmp_path):
    (tmp_path / "a.txt").write_text(GERMAN, encoding="utf-8")
    (item,) = find_inputs([tmp_path]).items
    taken = take(item)
    with pytest.raises(UnsupportedLanguage, match=r"is in German \(de\)"):
        unread(item, taken, raw_text(item, taken))


def test_a_file_that_is_no_file_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    item = Input(tmp_path / "pipe.txt", "pipe.txt", "pipe.txt")
    assert inputs.digest(item) is None
    with pytest.raises(InputError, match="no regular file"):
        take(item)


def test_a_damaged_row_is_known_by_its_bytes(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"id": "1", "text": "good"}\n{"id": "2", "text": \n', encoding="utf-8")
    damaged = find_inputs([tmp_path]).items[1]
    assert take(damaged).sha256 == inputs.digest(damaged) is not None
    with pytest.raises(InputError, match="no JSON object"):
        load(damaged)


def test_entries_of_an_export_and_damaged_rows_are_read_once(tmp_path):
    entry = "TY  - JOUR\nTI  - On knees {0}\nAB  - They were given 5 million MSCs by injection.\nER  - \n"
    (tmp_path / "a.ris").write_text(entry.format(1) + "\n" + entry.format(2), encoding="utf-8")
    (tmp_path / "a.jsonl").write_text('{"id": "1", "text": "good"}\n{"id": "2", "text": \n', encoding="utf-8")
    run_local([tmp_path], out=tmp_path.parent / "out")
    again = run_local([tmp_path], out=tmp_path.parent / "out")
    assert {outcome.status for outcome in again.outcomes if outcome.extraction} == {"unchanged"}
