"""Which files, patterns and folders are inputs, what they are called, and what is told of the rest."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from litclaims.errors import InputError
from litclaims.inputs import Address, find_inputs, load

TEXT = "Patients received 5 million MSCs intravenously."


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(TEXT)


def docs(paths) -> list[str]:
    return [item.doc for item in find_inputs(paths).items]


def told(paths) -> dict[str, tuple[str, str]]:
    return {outcome.doc: (outcome.status, outcome.reason) for outcome in find_inputs(paths).outcomes}


def test_a_pattern_gives_the_files_that_fit_named_from_its_fixed_folder(tmp_path):
    write(tmp_path, "a/x.txt", "b/y.txt", "b/z.md")
    assert docs([f"{tmp_path}/*/*.txt"]) == ["a/x.txt", "b/y.txt"]
    assert docs([f"{tmp_path}/**/*.md"]) == ["b/z.md"]


def test_a_folder_that_a_pattern_fits_is_searched(tmp_path):
    write(tmp_path, "set1/x.txt", "set2/deep/y.txt", "other/z.txt")
    assert docs([f"{tmp_path}/set*"]) == ["set1/x.txt", "set2/deep/y.txt"]


def test_a_pattern_that_nothing_fits_is_an_error_with_a_remedy(tmp_path):
    with pytest.raises(InputError, match="check the path"):
        find_inputs([f"{tmp_path}/*.txt"])


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path):
    write(tmp_path, "a[1].txt", "a1.txt")
    assert docs([f"{tmp_path}/a[1].txt"]) == ["a[1].txt"]


def test_a_folder_named_as_a_file_is_read_as_a_folder(tmp_path):
    write(tmp_path, "x.pdf/a.txt")
    assert docs([tmp_path]) == ["x.pdf/a.txt"]
    assert docs([tmp_path / "x.pdf"]) == ["a.txt"]


def test_what_an_earlier_run_wrote_is_no_document(tmp_path):
    write(tmp_path, "a.txt", "outputs/run.json", "outputs/litclaims.sqlite", "outputs/report.md")
    assert docs([tmp_path]) == ["a.txt"]


def test_links_to_folders_are_told_and_loops_end(tmp_path):
    write(tmp_path, "a/x.txt")
    (tmp_path / "a/again").symlink_to(tmp_path / "a", target_is_directory=True)
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    found = told([tmp_path])
    assert docs([tmp_path]) == ["a/x.txt"]
    assert found["a/again"][0] == "skipped"
    assert "link to a folder" in found["a/again"][1]
    assert found["loop.txt"][0] == "failed"
    assert "symbolic links" in found["loop.txt"][1]


def test_pipes_and_devices_are_not_opened(tmp_path):
    write(tmp_path, "a.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    assert told([tmp_path]) == {"pipe.txt": ("failed", told([tmp_path])["pipe.txt"][1])}
    assert "no regular file" in told([tmp_path])["pipe.txt"][1]
    assert told(["/dev/null"])["null"][0] == "failed"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_told(tmp_path):
    write(tmp_path, "a.txt", "b/x.txt")
    (tmp_path / "b").chmod(0)
    try:
        assert told([tmp_path])["b"][0] == "failed"
    finally:
        (tmp_path / "b").chmod(0o700)


def test_only_first_bytes_of_a_file_are_looked_at(tmp_path):
    with (tmp_path / "huge.bin").open("wb") as file:
        file.truncate(1 << 40)
    write(tmp_path, "a.txt")
    assert told([tmp_path])["huge.bin"][0] == "skipped"


def test_a_text_packed_with_gzip_is_read(tmp_path):
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(TEXT.encode()))
    (tmp_path / "cut.txt.gz").write_bytes(gzip.compress(os.urandom(100_000))[:50_000])
    items = {item.doc: item for item in find_inputs([tmp_path]).items}
    assert load(items["a.txt.gz"]).text == TEXT
    with pytest.raises(InputError, match="damaged gzip"):
        load(items["cut.txt.gz"])


def test_a_gzip_bomb_ends_at_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr("litclaims.ingest.MAX_BYTES", 1000)
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b"a" * 100_000))
    with pytest.raises(InputError, match="longer than 1000 bytes unpacked"):
        load(find_inputs([tmp_path]).items[0])


@pytest.mark.parametrize("given", ["https://example.org/a/b.html?x=1#top", Path("https://example.org/a/b.html?x=1")])
def test_an_address_is_an_input_and_nothing_is_asked_for_it(given):
    (item,) = find_inputs([given]).items
    assert item.doc == "example.org/a/b.html?x=1"
    assert isinstance(item.part, Address)
    assert item.source.startswith("https://example.org/a/b.html?x=1")
    assert item.path.name == "b.html"


def test_an_empty_file_is_found_and_fails_with_a_reason(tmp_path):
    (tmp_path / "a.txt").write_bytes(b" \n")
    with pytest.raises(InputError, match="is empty"):
        load(find_inputs([tmp_path]).items[0])


def test_documents_of_the_same_name_and_place_all_get_names(tmp_path):
    (tmp_path / "t.csv").write_text("id,text\nA,one\nA,two\nA,three\n")
    assert sorted(docs([tmp_path])) == sorted(set(docs([tmp_path])))
    assert len(docs([tmp_path])) == 3
