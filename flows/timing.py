"""When a schedule runs: a cron expression or an interval in a time zone, read and judged before anything is started."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from tzlocal import get_localzone_name

from litclaims.errors import ConfigurationError

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
SIZES = ((604_800, "week"), (86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
SHORTEST, LONGEST = timedelta(seconds=1), timedelta(days=366)

CRON_REMEDY = 'give five fields: minute, hour, day of month, month, day of week, as in --cron "0 6 * * 1"'
EVERY_REMEDY = "give a number and s, m, h, d or w, from 1s to 366d, as in --every 1d"


@dataclass(frozen=True, slots=True)
class Timing:
    """When a schedule runs.

    Attributes:
        cron: five fields (https://man7.org/linux/man-pages/man5/crontab.5.html); None with an interval.
        every: the interval; None with a cron expression.
        timezone: of the IANA database. A cron expression is meant in it, through changes of the clock, too.
    """

    cron: str | None
    every: timedelta | None
    timezone: str

    @property
    def words(self) -> str:
        """What it says, in words: ``At 06:00 on Monday (Europe/Berlin)``."""
        if self.every is not None:
            return f"every {told_interval(self.every)}"
        return f"{CronSim(self.cron, self.now()).explain()} ({self.timezone})"

    def now(self) -> datetime:
        """The present in its zone."""
        return datetime.now(ZoneInfo(self.timezone))

    def next(self, *, after: datetime, anchor: datetime | None = None) -> datetime:
        """The first time after another.

        Args:
            anchor: a time at which an interval was begun; ``after`` if none is given.
        """
        if self.cron is not None:
            return next(CronSim(self.cron, after.astimezone(ZoneInfo(self.timezone))))
        begin, step = (anchor or after).timestamp(), self.every.total_seconds()
        return datetime.fromtimestamp(begin + ((after.timestamp() - begin) // step + 1) * step, UTC)


def read_timing(*, cron: str | None = None, every: str | None = None, timezone: str | None = None) -> Timing:
    """The timing of the options ``--cron``, ``--every`` and ``--timezone``.

    Args:
        timezone: None is that of this machine.

    Raises:
        ConfigurationError: none or both are given, or one cannot be used; names the value and the remedy.
    """
    if (cron is None) == (every is None):
        told = "no time is given" if cron is None else "two times are given, --cron and --every"
        raise ConfigurationError(told, remedy='give --cron "0 6 * * 1" (at six on Mondays) or --every 1d, one of them')
    zone = _zone(timezone)
    if every is not None:
        return Timing(None, _interval(every), zone)
    if len(cron.split()) != 5:
        raise ConfigurationError(f"{cron!r} is no cron expression", source="--cron", remedy=CRON_REMEDY)
    try:
        next(CronSim(cron, datetime.now(UTC)))
    except (CronSimError, StopIteration) as error:
        why = f": {str(error).lower()}" if str(error) else ": it never comes"
        raise ConfigurationError(f"{cron!r} is no cron expression{why}", source="--cron", remedy=CRON_REMEDY) from None
    return Timing(" ".join(cron.split()), None, zone)


def _interval(every: str) -> timedelta:
    found = re.fullmatch(r"([0-9]{1,8})([smhdw])", every.strip().lower())
    span = timedelta(**{UNITS[found[2]]: int(found[1])}) if found else None
    if span is None or not SHORTEST <= span <= LONGEST:
        raise ConfigurationError(f"{every!r} is no interval", source="--every", remedy=EVERY_REMEDY)
    return span


def _zone(name: str | None) -> str:
    name = name or get_localzone_name() or "UTC"
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, no name at all, a folder of the database
        remedy = "give one by its IANA name, as in Europe/Berlin"
        raise ConfigurationError(f"{name!r} is no time zone", source="--timezone", remedy=remedy) from None
    return name


def told_interval(span: timedelta) -> str:
    """``day``, ``90 minutes``: in the largest unit that fits without a rest, as after ``every``."""
    seconds = int(span.total_seconds())
    size, unit = next((size, unit) for size, unit in SIZES if seconds % size == 0)
    return unit if seconds == size else f"{seconds // size} {unit}s"


def told_time(time: datetime, zone: str | None = None) -> str:
    """``Mon 23 Nov 2026, 06:00`` in a zone, that of this machine if none is given."""
    local = time.astimezone(ZoneInfo(zone) if zone else None)
    clock = "%H:%M:%S" if local.second else "%H:%M"
    return f"{local:%a} {local.day} {local:%b %Y}, {local.strftime(clock)}"
