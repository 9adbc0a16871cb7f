"""Zip archives: members as documents, and every way in which an archive lies."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from litclaims.errors import InputError, UnsupportedFormat
from litclaims.inputs import archive, find_inputs, load

TEXT = "Patients received 5 million MSCs intravenously."


def pack(path: Path, members: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


def told(path: Path) -> dict[str, tuple[str, str]]:
    return {outcome.doc: (outcome.status, outcome.reason) for outcome in find_inputs([path]).outcomes}


def test_each_member_is_a_document_named_by_archive_and_path(tmp_path):
    path = pack(tmp_path / "set.zip", {"b/y.txt": TEXT, "a.md": "# T", ".hidden": "x", "__MACOSX/a.txt": "x"})
    items = find_inputs([tmp_path]).items
    assert [item.doc for item in items] == ["set.zip/a.md", "set.zip/b/y.txt"]
    document = load(items[1])
    assert (document.text, document.doc, document.source) == (TEXT, "set.zip/b/y.txt", f"{path}/b/y.txt")


def test_an_archive_is_known_by_its_content(tmp_path):
    pack(tmp_path / "set.bin", {"a.txt": TEXT})
    assert [item.doc for item in find_inputs([tmp_path]).items] == ["set.bin/a.txt"]


def test_an_office_document_is_no_archive(tmp_path):
    pack(tmp_path / "a.xlsx", {"[Content_Types].xml": "<x/>", "xl/a.xml": "<x/>"})
    assert told(tmp_path)["a.xlsx"][0] == "skipped"
    assert find_inputs([tmp_path]).items == ()


@pytest.mark.parametrize("name", ["../../etc/a.txt", "/etc/a.txt", "C:\\a.txt", "x/../../a.txt", "..\\a.txt"])
def test_names_that_lead_out_are_refused(tmp_path, name):
    pack(tmp_path / "set.zip", {name: TEXT, "good.txt": TEXT})
    assert [item.doc for item in find_inputs([tmp_path]).items] == ["set.zip/good.txt"]
    ((status, reason),) = told(tmp_path).values()
    assert (status, "leads out of the archive" in reason) == ("failed", True)


def test_links_encrypted_members_and_shared_names_are_refused(tmp_path):
    path = tmp_path / "set.zip"
    with zipfile.ZipFile(path, "w") as file:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/passwd")
        file.writestr("secret.txt", TEXT)
        file.writestr("twice.txt", "one")
        with pytest.warns(UserWarning, match="Duplicate"):
            file.writestr("twice.txt", "two")
    raw = bytearray(path.read_bytes())
    place = raw.index(b"PK\x01\x02", raw.index(b"PK\x01\x02") + 1)  # the second entry of the directory
    raw[place + 8] |= 1
    path.write_bytes(raw)
    reasons = [reason for _, reason in told(tmp_path).values()]
    assert find_inputs([tmp_path]).items == ()
    for said in ("is a link", "is encrypted", "holds 2 files of this name"):
        assert sum(said in reason for reason in reasons) == 1


def test_a_member_that_unfolds_to_too_much_is_refused(tmp_path):
    pack(tmp_path / "set.zip", {"bomb.txt": b"0" * 30_000_000, "good.txt": TEXT})
    assert [item.doc for item in find_inputs([tmp_path]).items] == ["set.zip/good.txt"]
    assert "zip bomb" in told(tmp_path)["set.zip/bomb.txt"][1]


@pytest.mark.parametrize(
    ("limit", "reason"), [("MAX_MEMBERS", "holds 3 files"), ("MAX_TOTAL", "unpacked"), ("MAX_DIRECTORY", "directory")]
)
def test_an_archive_beyond_a_limit_is_one_failed_row(tmp_path, monkeypatch, limit, reason):
    monkeypatch.setattr(archive, limit, 2)
    path = pack(tmp_path / f"{limit}.zip", {f"{number}.txt": TEXT for number in range(3)})
    ((status, told_reason),) = told(path).values()
    assert (status, reason in told_reason) == ("failed", True)


def test_members_that_share_their_bytes_are_a_bomb(tmp_path):
    path = pack(tmp_path / "set.zip", {"a.txt": io.BytesIO(bytes(range(256)) * 400).getvalue()})
    raw = path.read_bytes()
    start = raw.index(b"PK\x01\x02")
    end = raw.index(b"PK\x05\x06")
    entry = raw[start:end]
    many = [entry.replace(b"a.txt", b"%05d" % number) for number in range(200)]
    directory = b"".join(many)
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 200, 200, len(directory), start, 0)
    path.write_bytes(raw[:start] + directory + tail)
    assert "same bytes more than once" in told(path)["set.zip"][1]


def test_a_member_that_is_longer_than_it_says_is_damaged(tmp_path):
    path = pack(tmp_path / "set.zip", {"a.txt": TEXT * 100})
    raw = bytearray(path.read_bytes())
    place = raw.index(b"PK\x01\x02")
    struct.pack_into("<L", raw, place + 24, 10)
    path.write_bytes(raw)
    with pytest.raises(InputError, match="is damaged"):
        load(find_inputs([path]).items[0])


def test_an_archive_or_table_inside_an_archive_is_skipped(tmp_path):
    inner = pack(tmp_path / "inner.zip", {"a.txt": TEXT}).read_bytes()
    path = pack(tmp_path / "set.zip", {"inner.zip": inner, "t.csv": "id,text\n1,x\n"})
    for item in find_inputs([path]).items:
        with pytest.raises(UnsupportedFormat, match="inside an archive"):
            load(item)


@pytest.mark.parametrize("cut", [0.5, 0.9])
def test_a_truncated_archive_is_a_failed_row(tmp_path, cut):
    raw = pack(tmp_path / "set.zip", {"a.txt": TEXT * 50}).read_bytes()
    (tmp_path / "set.zip").write_bytes(raw[: int(len(raw) * cut)])
    (tmp_path / "b.txt").write_text(TEXT)
    assert told(tmp_path)["set.zip"][0] == "failed"
    assert "damaged" in told(tmp_path)["set.zip"][1]


def test_a_file_only_named_zip_is_told(tmp_path):
    (tmp_path / "a.zip").write_text(TEXT)
    assert "is no archive" in told(tmp_path)["a.zip"][1]
