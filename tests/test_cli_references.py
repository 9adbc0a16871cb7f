"""``litclaims references`` reads strings and writes one JSON object a line."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from litclaims.cli import app
from litclaims.errors import ServiceError
from litclaims.extract.reference import lookup

ENTRY = "Doe J, Roe B. Marrow cells for sore knees. J Made Med. 2011;12(3):45-9."


def run(*arguments: str, **given):
    return CliRunner().invoke(app, ["references", *arguments], **given)


def test_a_file_gives_an_object_a_line(tmp_path):
    (tmp_path / "strings.txt").write_bytes(f"{ENTRY}\n\nRoe B. \xff\n".encode("latin-1"))
    result = run("--strings", str(tmp_path / "strings.txt"))
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert [one["line"] for one in records] == [1, 2, 3]
    assert records[0]["author"] == "Doe J, Roe B"
    assert (records[0]["volume"], records[0]["issue"], records[0]["doi"]) == ("12", "3", None)


def test_a_dash_is_standard_input():
    assert json.loads(run("--strings", "-", input=ENTRY).stdout)["journal"] == "J Made Med"


def test_a_missing_file_is_told_in_one_line(tmp_path):
    result = run("--strings", str(tmp_path / "none.txt"))
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "none.txt" in result.stderr


@pytest.mark.parametrize("answers", [True, False])
def test_a_look_up_completes_a_doi_or_says_why_not(answers, tmp_path, monkeypatch):
    hit = {
        "DOI": "10.1000/right",
        "title": ["Marrow cells for sore knees"],
        "author": [{"family": "Doe"}],
        "issued": {"date-parts": [[2011]]},
    }

    def ask(question: str) -> dict:
        if not answers:
            raise ConnectionError("no route")
        return {"message": {"items": [hit]}}

    monkeypatch.setattr(lookup, "_crossref", lambda mailto: ask)
    result = run("--strings", "-", "--lookup", "--cache", str(tmp_path / "cache.jsonl"), input=ENTRY)
    if answers:
        assert json.loads(result.stdout)["doi"] == "10.1000/right"
    else:
        assert result.exit_code == 2
        assert "Crossref: does not answer" in result.stderr
        assert ServiceError.__name__ not in result.stderr
