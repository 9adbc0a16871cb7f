"""A store of an earlier version is brought to this one with all that it holds."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from litclaims.pipeline import run_local
from litclaims.store import Store

VERSION_2 = """
CREATE TABLE schema_version (version INTEGER NOT NULL, PRIMARY KEY (version));
CREATE TABLE texts (sha256 VARCHAR(64) NOT NULL, text TEXT NOT NULL, PRIMARY KEY (sha256));
CREATE TABLE runs (
    run_id VARCHAR NOT NULL, started VARCHAR NOT NULL, ended VARCHAR NOT NULL, version VARCHAR NOT NULL,
    configuration JSON NOT NULL, n_documents INTEGER NOT NULL, n_claims INTEGER NOT NULL, n_flagged INTEGER NOT NULL,
    PRIMARY KEY (run_id));
CREATE TABLE documents (
    doc VARCHAR NOT NULL, sha256 VARCHAR(64), text_sha256 VARCHAR(64), source VARCHAR NOT NULL, media_type VARCHAR,
    title VARCHAR, status VARCHAR NOT NULL, reason VARCHAR NOT NULL, first_seen VARCHAR NOT NULL,
    last_seen VARCHAR NOT NULL, PRIMARY KEY (doc), FOREIGN KEY(text_sha256) REFERENCES texts (sha256));
CREATE TABLE run_documents (
    run_id VARCHAR NOT NULL, doc VARCHAR NOT NULL, status VARCHAR NOT NULL, reason VARCHAR NOT NULL,
    text_sha256 VARCHAR(64), PRIMARY KEY (run_id, doc), FOREIGN KEY(run_id) REFERENCES runs (run_id),
    FOREIGN KEY(text_sha256) REFERENCES texts (sha256));
CREATE TABLE pairs (
    pair_id VARCHAR(64) NOT NULL, doc_a VARCHAR NOT NULL, doc_b VARCHAR NOT NULL, fingerprint VARCHAR(64) NOT NULL,
    flag BOOLEAN NOT NULL, state VARCHAR NOT NULL, first_seen VARCHAR NOT NULL, last_seen VARCHAR NOT NULL, seen JSON,
    PRIMARY KEY (pair_id));
CREATE TABLE decisions (
    kind VARCHAR NOT NULL, id VARCHAR(64) NOT NULL, decision VARCHAR NOT NULL, note VARCHAR NOT NULL,
    doc VARCHAR NOT NULL, measure VARCHAR NOT NULL, figure TEXT NOT NULL, text_sha256 VARCHAR(64) NOT NULL,
    low VARCHAR, high VARCHAR, unit VARCHAR, verdict VARCHAR, decided VARCHAR NOT NULL, PRIMARY KEY (kind, id));
INSERT INTO schema_version VALUES (2);
INSERT INTO texts VALUES ('t1', 'Give 2 mL.');
INSERT INTO runs VALUES ('r1', '2026-05-01T08:00:00.000000Z', '2026-05-01T08:01:00.000000Z', '0.1', '{}', 1, 1, 0);
INSERT INTO documents VALUES ('a.txt', 'd1', 't1', 'in/a.txt', 'text/plain', NULL, 'ok', '',
    '2026-05-01T08:00:00.000000Z', '2026-05-01T08:00:00.000000Z');
INSERT INTO run_documents VALUES ('r1', 'a.txt', 'ok', '', 't1');
INSERT INTO decisions VALUES ('claim', 'c1', 'rejected', 'no', 'a.txt', 'volume', '2 mL', 's1', NULL, NULL, NULL, NULL,
    '2026-05-01T09:00:00Z');
"""
"""What version 2 made, with a run and a decision."""


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "litclaims.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(VERSION_2)
    return path


@pytest.mark.sqlite
def test_all_that_an_earlier_version_kept_is_there(path):
    with Store.open(path) as store:
        assert [run["run_id"] for run in store.runs()] == ["r1"]
        assert store.runs()[0]["fingerprint"] is None
        assert store.text("a.txt", run_id="r1") == "Give 2 mL."
        assert [one.id for one in store.decisions().made] == ["c1"]
        assert store.documents()[0]["place"] is None


def test_the_store_says_its_new_version_and_has_an_id_of_its_own(path):
    with Store.open(path) as store:
        owner = store.parts().owner
    with Store.open(path) as store:
        assert store.parts().owner == owner
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("select max(version) from schema_version").fetchone() == (3,)


def test_an_earlier_store_takes_runs(path, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("Patients received 5 million MSCs intravenously.")
    for expected in ("ok", "unchanged"):
        result = run_local([tmp_path / "in"], out=tmp_path)
        assert [outcome.status for outcome in result.outcomes] == [expected]


@pytest.mark.sqlite
def test_two_programs_may_bring_it_up_at_once(path):
    with Store.open(path), Store.open(path) as second:
        assert len(second.runs()) == 1
