"""The record of a run."""

import json
import platform
from datetime import UTC, datetime, timedelta, timezone
from importlib.metadata import version
from pathlib import Path

import pytest

from litclaims.report.run_record import record_text, run_record, versions

START = datetime(2026, 5, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))


def make_record(frames, **given):
    fields = {
        "configuration": {},
        "vocabulary_sha256": "v" * 64,
        "models": [{"name": "ner", "version": "1", "sha256": "m" * 64}],
        "started": START,
        "ended": datetime(2026, 5, 1, 10, 1, tzinfo=UTC),
        "seconds": {"ingest": 0.12345},
    }
    return run_record(frames, **(fields | given))


def test_times_are_utc(run_frames):
    record = make_record(run_frames)
    assert (record["started"], record["ended"]) == ("2026-05-01T10:00:00Z", "2026-05-01T10:01:00Z")


def test_a_time_without_a_zone_is_refused(run_frames):
    with pytest.raises(ValueError, match="no time zone"):
        make_record(run_frames, started=datetime(2026, 5, 1))


def test_counts_are_per_table_status_and_verdict(run_frames):
    counts = make_record(run_frames)["counts"]
    assert counts["rows"]["disagreements"] == 3
    assert counts["documents"] == {"failed": 1, "ok": 2}
    assert counts["verdicts"] == {"agree": 1, "disjoint": 1, "overlap": 1}
    assert counts["flagged"] == 2


def test_an_empty_run_counts_nothing(empty_frames):
    assert make_record(empty_frames)["counts"]["flagged"] == 0


def test_versions_are_those_installed():
    told = versions()
    assert told["python"] == platform.python_version()
    assert told["pandas"] == version("pandas")


def test_the_configuration_becomes_json_without_passwords(run_frames):
    settings = {
        "out": Path("out"),
        "store": "postgresql://ann:se:cret@host/db",
        "broker": "redis://:hidden@host",
        "suffixes": {".txt", ".md"},
        "docs": "http://host/a:b@c",
    }
    record = make_record(run_frames, configuration=settings)
    told = json.loads(record_text(record))["configuration"]
    assert told["store"] == "postgresql://ann:***@host/db"
    assert told["broker"] == "redis://:***@host"
    assert told["suffixes"] == [".md", ".txt"]
    assert told["docs"] == "http://host/a:b@c"
    assert told["out"] == "out"


def test_the_record_is_json(run_frames):
    record = make_record(run_frames)
    assert json.loads(record_text(record)) == record
