"""A look-up completes a DOI only where the answer is the entry, asks once, and says so when it cannot ask."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from litclaims.errors import InputError, OutputError, ServiceError
from litclaims.extract.reference.lookup import Lookup
from litclaims.model import Reference, Span

ENTRY = Reference(
    "d#1", "d", "raw", Span(0, 3), first_author="Müller-Doe JA", title="Marrow cells for sore knees", year=2011
)
ANSWER = {  # the shape of an answer of Crossref's REST API, with made-up works
    "status": "ok",
    "message-type": "work-list",
    "message": {
        "total-results": 2,
        "items": [
            {
                "DOI": "10.1000/other",
                "title": ["Saline for sore knees"],
                "author": [{"given": "Jane", "family": "Muller-Doe"}],
                "issued": {"date-parts": [[2011]]},
            },
            {
                "DOI": "10.1000/right",
                "title": ["Marrow Cells for Sore Knees."],
                "author": [{"given": "Jane", "family": "Müller-Doe"}],
                "issued": {"date-parts": [[2011, 3, 1]]},
            },
        ],
    },
}


class Crossref:
    """A recorded answer, and what was asked."""

    def __init__(self, answer: object = ANSWER) -> None:
        self.answer, self.asked = answer, []

    def __call__(self, question: str):
        self.asked.append(question)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def lookup(tmp_path, service) -> Lookup:
    return Lookup(tmp_path / "cache.jsonl", ask=service, pause=0)


def test_the_doi_of_the_same_work_is_taken(tmp_path):
    service = Crossref()
    assert lookup(tmp_path, service).complete(ENTRY).doi == "10.1000/right"
    assert service.asked == ["Müller-Doe JA Marrow cells for sore knees 2011"]


@pytest.mark.parametrize(
    "differs", [{"year": 2005}, {"first_author": "Roe B"}, {"title": "Marrow cells for torn tendons in adults"}]
)
def test_another_work_is_left(tmp_path, differs):

    assert lookup(tmp_path, Crossref()).complete(replace(ENTRY, **differs)).doi is None


def test_an_answer_is_asked_for_once_and_kept(tmp_path):
    service = Crossref()
    for _ in range(2):
        assert lookup(tmp_path, service).complete(ENTRY).doi == "10.1000/right"
    assert len(service.asked) == 1
    (line,) = (tmp_path / "cache.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["hits"][1]["doi"] == "10.1000/right"


def test_no_answer_is_kept_too(tmp_path):
    service = Crossref({"message": {"items": []}})
    for _ in range(2):
        assert lookup(tmp_path, service).complete(ENTRY) is ENTRY
    assert len(service.asked) == 1


def test_what_has_a_doi_or_no_title_is_not_asked_for(tmp_path):

    service = Crossref()
    for entry in (replace(ENTRY, doi="10.1/x"), replace(ENTRY, title=None)):
        assert lookup(tmp_path, service).complete(entry) is entry
    assert service.asked == []


def test_without_a_network_the_service_is_named(tmp_path):
    with pytest.raises(ServiceError, match=r"Crossref: does not answer: ConnectionError.*--lookup"):
        lookup(tmp_path, Crossref(ConnectionError("no route"))).complete(ENTRY)
    assert not (tmp_path / "cache.jsonl").exists()


def test_a_cache_that_is_none_is_refused(tmp_path):
    (tmp_path / "cache.jsonl").write_text("no json\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"cache\.jsonl"):
        lookup(tmp_path, Crossref())


def test_a_cache_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="file"):
        Lookup(tmp_path / "file" / "cache.jsonl", ask=Crossref(), pause=0).complete(ENTRY)


def test_questions_keep_a_pause(tmp_path, monkeypatch):

    slept = []
    monkeypatch.setattr("time.sleep", slept.append)
    asking = Lookup(tmp_path / "cache.jsonl", ask=Crossref(), pause=100)
    asking.complete(ENTRY)
    asking.complete(replace(ENTRY, year=2012))
    assert len(slept) == 1
    assert 90 < slept[0] <= 100
