"""When a schedule runs: what is taken, what is refused and how, and the next time. Nothing here needs Prefect."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from litclaims.errors import ConfigurationError
from litclaims.flows.schedules import LastRun, Schedule, check_name, told
from litclaims.flows.timing import Timing, read_timing, told_interval, told_time

SATURDAY = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("every", "span"),
    [
        ("5s", timedelta(seconds=5)),
        ("30m", timedelta(minutes=30)),
        (" 12H ", timedelta(hours=12)),
        ("1d", timedelta(days=1)),
        ("2w", timedelta(weeks=2)),
    ],
)
def test_interval_is_read(every, span):
    assert read_timing(every=every, timezone="UTC") == Timing(None, span, "UTC")


@pytest.mark.parametrize("every", ["", "1", "d", "1 day", "0s", "-1d", "1.5h", "1mo", "367d", "999999999w", "１d"])
def test_what_is_no_interval_is_refused_with_its_value(every):
    with pytest.raises(ConfigurationError, match=r"as in --every 1d") as told:
        read_timing(every=every, timezone="UTC")
    assert repr(every) in str(told.value)


@pytest.mark.parametrize(
    "cron", ["", "0 6 * *", "0 6 * * 1 2", "61 * * * *", "0 25 * * *", "0 0 30 2 *", "@daily", "H * * * *", "a b c d e"]
)
def test_what_is_no_cron_expression_is_refused_with_its_value(cron):
    with pytest.raises(ConfigurationError, match=r"--cron: .* is no cron expression.*five fields") as told:
        read_timing(cron=cron, timezone="UTC")
    assert repr(cron) in str(told.value)


@pytest.mark.parametrize(("cron", "every"), [(None, None), ("0 6 * * 1", "1d")])
def test_one_time_is_asked_for(cron, every):
    with pytest.raises(ConfigurationError, match="one of them"):
        read_timing(cron=cron, every=every)


@pytest.mark.parametrize("zone", ["Mars/Base", "../etc/passwd", "/etc/passwd", "Europe", "a\x00b"])
def test_what_is_no_zone_is_refused(zone):
    with pytest.raises(ConfigurationError, match="is no time zone"):
        read_timing(every="1d", timezone=zone)


def test_zone_is_that_of_the_machine_unless_given(monkeypatch):
    monkeypatch.setattr("litclaims.flows.timing.get_localzone_name", lambda: "Asia/Tokyo")
    assert read_timing(every="1d").timezone == "Asia/Tokyo"
    assert read_timing(every="1d", timezone="Europe/Berlin").timezone == "Europe/Berlin"


def test_next_monday_at_six_in_the_zone():
    timing = read_timing(cron="0 6 * * 1", timezone="Europe/Berlin")
    assert timing.next(after=SATURDAY) == datetime(2026, 11, 23, 6, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    assert timing.words == "At 06:00 on Monday (Europe/Berlin)"


def test_six_in_the_morning_stays_six_when_the_clocks_change():
    timing = read_timing(cron="0 6 * * *", timezone="Europe/Berlin")
    before = timing.next(after=datetime(2026, 10, 23, 12, tzinfo=UTC))
    after = timing.next(after=before)
    assert (before.hour, after.hour) == (6, 6)
    assert after.astimezone(UTC) - before.astimezone(UTC) == timedelta(hours=25 if after.day == 25 else 24)


def test_interval_goes_on_from_where_it_began():
    timing = Timing(None, timedelta(hours=1), "UTC")
    assert timing.next(after=SATURDAY) == SATURDAY + timedelta(hours=1)
    assert timing.next(after=SATURDAY, anchor=SATURDAY - timedelta(minutes=150)) == SATURDAY + timedelta(minutes=30)
    assert timing.next(after=SATURDAY, anchor=SATURDAY + timedelta(minutes=90)) == SATURDAY + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "second"), (5, "5 seconds"), (90, "90 seconds"), (3600, "hour"), (86_400, "day"), (604_800, "week")],
)
def test_interval_in_words(seconds, words):
    assert told_interval(timedelta(seconds=seconds)) == words


def test_time_is_told_in_its_zone_with_seconds_where_there_are_any():
    assert told_time(SATURDAY, "Europe/Berlin") == "Sat 21 Nov 2026, 11:00"
    assert told_time(SATURDAY.replace(second=5), "UTC") == "Sat 21 Nov 2026, 10:00:05"


@pytest.mark.parametrize(
    ("folder", "name"), [("outputs/weekly", "weekly"), ("out/Meine Tabellen", "Meine-Tabellen"), ("/", "litclaims")]
)
def test_schedule_is_named_after_its_folder(folder, name, tmp_path):
    assert check_name(None, tmp_path.joinpath(folder)) == name


@pytest.mark.parametrize("name", ["", "a/b", "..", ".hidden", "a b", "x" * 65, "a%b", "a\nb"])
def test_name_that_cannot_be_one_is_refused(name, tmp_path):
    with pytest.raises(ConfigurationError, match="--name weekly"):
        check_name(name, tmp_path)


def scheduled(**given):
    last = LastRun(SATURDAY, "completed", 12.4, "18 documents: 18 unchanged")
    known = {"paused": False, "served": True, "next_run": SATURDAY + timedelta(days=2), "last_run": last}
    return Schedule(
        name="weekly",
        paths=("/docs", "/more"),
        out="/out",
        words="At 06:00 on Monday (UTC)",
        timezone="UTC",
        **(known | given),
    )


def test_schedule_is_told_in_some_lines():
    assert told(scheduled()) == [
        "weekly: At 06:00 on Monday (UTC)",
        "  reads     /docs; /more",
        "  writes    /out",
        "  next run  Mon 23 Nov 2026, 10:00",
        "  last run  Sat 21 Nov 2026, 10:00, completed after 12 s: 18 documents: 18 unchanged",
    ]


def test_schedule_that_does_not_run_says_why():
    lines = told(scheduled(paused=True, served=False, next_run=None, last_run=None))
    assert lines[0] == "weekly: At 06:00 on Monday (UTC); paused; not served: start litclaims schedule … again"
    assert lines[-2:] == ["  next run  none is planned", "  last run  none yet"]
