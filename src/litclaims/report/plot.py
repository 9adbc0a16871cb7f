"""The interval chart for a paper: what each document holds, route by route, as SVG or PNG by matplotlib.

One panel a measure and unit, a bar a position: a dot for a single value, an arrow for an open end, ``✗`` beside what is
flagged. The axis is logarithmic wherever all values are positive, since doses differ by powers of ten. Colours are
those of Okabe and Ito (2008), which colour-blind readers can tell apart; each bar is named, so that none hangs on
colour alone. The same tables give the same bytes.

matplotlib takes half a second to import: only what draws imports it.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from litclaims.compare.wording import say_interval, say_number
from litclaims.errors import InputError
from litclaims.model import DOSE_MEASURES
from litclaims.report.cells import exact, missing, records, visible
from litclaims.report.select import page, select
from litclaims.report.views import FLAG, per
from litclaims.report.write import write_batch
from litclaims.tables import SEPARATOR

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = (".svg", ".png")

PAGE_BARS = 40
"""Bars of a figure: with more their names are too small for a printed page."""

WIDTH = 7.2
"""Inches: two columns of most journals (183 mm)."""

DPI = 300

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#7F6A00")
"""Okabe and Ito's, their yellow darkened so that it can be seen on white."""

GID = "position-"
"""How the ids of the bars in the SVG begin; the ``position_id`` follows."""

NOT_STATED = "route not stated"

_SETTINGS = {
    "svg.hashsalt": "litclaims",  # ids in the SVG are else drawn at random
    "svg.fonttype": "none",  # text stays text, to be searched and edited
    "font.family": ["DejaVu Sans", "sans-serif"],
    "font.size": 8,
    "text.parse_math": False,  # a file name may hold a dollar sign
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
}
_MAX_NAME, _MAX_LABEL = 30, 58
# inches: a bar, the axis under a panel, the margins, and a letter of a name
_ROW, _BELOW, _ABOVE, _RIGHT, _FOOT, _LETTER, _MOST_LEFT = 0.2, 0.6, 0.1, 0.3, 0.15, 0.062, 3.8
_UNWRITABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: the matplotlib figure, the number of its bars, and a note where it does not hold all; else empty."""

    figure: Figure
    bars: int
    note: str


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a panel: the heading of a route, or a position."""

    label: str
    row: Row | None = None


def interval_chart(
    comparison: pd.DataFrame, *, level: str = "route", limit: int | None = PAGE_BARS, number: int = 1, **asked: Any
) -> Chart:
    """The chart of the positions of a run.

    Args:
        comparison: the table of that name.
        level: ``route`` (a bar for each document and route) or ``site`` (also for each site, condition and cell type).
        limit: bars of the figure, None or 0 for all; the figure says how many more there are.
        number: which so many of them, counted from 1.
        asked: which positions, see :func:`litclaims.report.select.select`. Without a measure the doses are drawn.

    Returns:
        A figure that no window shows, how many bars it has, and a note on those that it has not.

    Raises:
        InputError: there is no such position to draw.
    """
    if not asked.get("measure"):
        asked["measure"] = _default_measures(comparison)
    chosen = select(comparison, "comparison", **asked)
    chosen = chosen[(chosen["level"] == level) & (chosen["low"].notna() | chosen["high"].notna())]
    if chosen.empty:
        raise InputError(f"no position at the {level} level to draw", remedy="see litclaims show comparison")
    order = ["measure", "unit", "route", "doc", "low", "high", "position_id"]
    part = page(chosen.sort_values(order, na_position="last", kind="stable"), number=number, size=limit)
    told = part.told.partition(";")[0]
    return Chart(_figure(records(part.rows), _colours(comparison), told), len(part.rows), part.told)


def save(figure: Figure, file: Path) -> None:
    """Write the figure as its suffix says: whole or not at all, the same bytes each time.

    Raises:
        InputError: it is neither .svg nor .png.
        litclaims.errors.OutputError: it cannot be written.
    """
    kind = check_format(file)
    metadata = {"Date": None, "Creator": None} if kind == ".svg" else {"Software": None}
    options = {"format": kind[1:], "dpi": DPI, "metadata": metadata}

    def write(path: Path) -> None:
        with _quietly():
            figure.savefig(path, **options)

    write_batch({file.name: write}, file.parent)


def check_format(file: Path) -> str:
    """The suffix of a file that a figure can be written to.

    Raises:
        InputError: it is neither .svg nor .png.
    """
    kind = file.suffix.lower()
    if kind not in FORMATS:
        raise InputError(f"no format {kind!r} for a figure", source=file, remedy=f"write {' or '.join(FORMATS)}")
    return kind


class _quietly(warnings.catch_warnings):
    """matplotlib with our settings, and without a word on letters that its font lacks: they stay letters in the SVG."""

    def __enter__(self):
        import matplotlib

        entered = super().__enter__()
        warnings.filterwarnings("ignore", message=".*[Gg]lyph")
        self._context = matplotlib.rc_context(_SETTINGS)
        self._context.__enter__()
        return entered

    def __exit__(self, *error):
        self._context.__exit__(*error)
        return super().__exit__(*error)


def _default_measures(comparison: pd.DataFrame) -> list[str]:
    """The doses; where there are none, the measure of most positions."""
    doses = [measure for measure in DOSE_MEASURES if (comparison["measure"] == measure).any()]
    return doses or list(comparison["measure"].value_counts().index[:1])


def _colours(comparison: pd.DataFrame) -> dict[str, str]:
    """The colour of each document, the same in every figure of a run."""
    docs = sorted(comparison["doc"].unique())
    return {doc: PALETTE[index % len(PALETTE)] for index, doc in enumerate(docs)}


def _figure(rows: Sequence[Row], colours: Mapping[str, str], note: str) -> Figure:
    from matplotlib.figure import Figure

    panels: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        panels.setdefault((row["measure"], row["unit"]), []).append(row)
    lines = {key: _lines(found) for key, found in panels.items()}
    height = sum(len(found) * _ROW + _BELOW for found in lines.values()) + _ABOVE + _FOOT
    letters = max(len(line.label) for found in lines.values() for line in found)
    left = min(_MOST_LEFT, letters * _LETTER + 0.2)
    with _quietly():
        figure = Figure(figsize=(WIDTH, height))
        top = height - _ABOVE
        for (measure, unit), found in lines.items():
            top -= len(found) * _ROW
            # placed by hand: a layout engine moves what it has drawn once by a hair, and the bytes with it
            place = (left / WIDTH, top / height, (WIDTH - left - _RIGHT) / WIDTH, len(found) * _ROW / height)
            _draw(figure.add_axes(place), found, colours, measure, unit)
            top -= _BELOW
        told = [f"{FLAG} flagged against another position", "arrow: open end", *([note] if note else [])]
        figure.text(0.1 / WIDTH, 0.1 / height, " · ".join(told), fontsize=7, color="#444444")
    return figure


def _lines(rows: Sequence[Row]) -> list[_Line]:
    """The positions under the headings of their routes, those without a route last."""
    found: list[_Line] = []
    for route in dict.fromkeys(row["route"] for row in rows):
        found.append(_Line(_plain(route.replace(SEPARATOR, " or ")) if route is not None else NOT_STATED))
        found += [_Line(_label(row), row) for row in rows if row["route"] == route]
    return found


def _label(row: Row) -> str:
    """Whose position it is, and of what: ``clinic-knee-back.md, knee, per session``."""
    site = [row["target"], row["condition"]] if row["level"] == "site" else []
    told = ", ".join(_plain(one) for one in (*site, per(row["basis"], row["unit"]).strip()) if one)
    doc = _short(row["doc"], _MAX_NAME)
    return f"{doc}, {_short(told, _MAX_LABEL - len(doc))}" if told else doc


def _plain(text: str) -> str:
    """The text as an SVG can hold it."""
    return _UNWRITABLE.sub("\ufffd", visible(text))


def _short(name: str, most: int) -> str:
    """A name of so many characters at most; the middle gives way, since ends tell names apart."""
    text = _plain(name)
    if len(text) <= most:
        return text
    head = (most - 1) // 2
    return f"{text[:head]}…{text[len(text) - (most - 1 - head) :]}"


def _draw(panel: Axes, lines: Sequence[_Line], colours: Mapping[str, str], measure: str, unit: str) -> None:
    rows = [line.row for line in lines if line.row is not None]
    left, right = _limits(rows, panel)
    for height, line in enumerate(lines):
        if line.row is not None:
            _bar(panel, line.row, height, left, right, colours[line.row["doc"]])
    panel.set_ylim(len(lines) - 0.4, -0.8)
    panel.set_yticks(range(len(lines)), [line.label for line in lines])
    for label, line in zip(panel.get_yticklabels(), lines, strict=True):
        label.set_fontweight("bold" if line.row is None else "normal")
    panel.tick_params(axis="y", length=0)
    panel.grid(axis="x", color="#e3e3e3", linewidth=0.6)
    panel.set_axisbelow(True)
    panel.set_xlabel(_plain(f"{measure.replace('_', ' ')} ({_unit(unit)})"))
    _set_ticks(panel, left, right, unit)


def _ends(row: Row) -> list[float]:
    return [float(row[end]) for end in ("low", "high") if not missing(row[end])]


def _limits(rows: Sequence[Row], panel: Axes) -> tuple[float, float]:
    """Both ends of the axis, with room for an arrow; the axis is logarithmic if it can be."""
    values = [value for row in rows for value in _ends(row) if math.isfinite(value)]
    low, high = min(values), max(values)
    if low > 0 and all(row["unit"] != "1" for row in rows):
        room = max((high / low) ** 0.08, 1.3)
        limits = low / room, high * room
        panel.set_xscale("log")
    else:
        room = (high - low) * 0.08 or 1.0
        limits = low - room, high + room
    panel.set_xlim(*limits)
    return limits


def _bar(panel: Axes, row: Row, height: float, left: float, right: float, colour: str) -> None:
    """One position as one line with its id: a bar, a dot for a point, an arrow head at an open side."""
    low, high = row["low"], row["high"]
    ends = [left if low is None else float(low), right if high is None else float(high)]
    shape: dict[str, Any] = {"marker": "|", "markersize": 7, "markeredgewidth": 2}
    if low is None or high is None:
        shape = {"marker": "<" if low is None else ">", "markersize": 6, "markevery": [0 if low is None else 1]}
    elif low == high:
        shape = {"marker": "o", "markersize": 5}
    panel.plot(
        ends,
        [height, height],
        color=colour,
        linewidth=2.5,
        solid_capstyle="butt",
        gid=GID + row["position_id"],
        **shape,
    )
    if row["flag"]:
        panel.text(1.015, height, FLAG, transform=panel.get_yaxis_transform(), va="center", color="#b00020")


def _unit(unit: str) -> str:
    """The unit as a reader would write it on an axis."""
    named = {"1": "share", "d": "days", "1/d": "times a day", "a": "years"}
    head, slash, rest = unit.partition("/")
    plural = "s" if head.isalpha() and len(head) > 2 else ""
    return named.get(unit, f"{head}{plural}{slash}{rest}")


def _set_ticks(panel: Axes, left: float, right: float, unit: str) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    def told(value: float, _: int) -> str:
        number = exact(float(f"{value:.6g}"))
        if number is None:
            return ""
        return say_interval(number, number, unit, "exact") if unit == "1" else say_number(number)

    if panel.get_xscale() == "log":
        decades = math.log10(right / left)
        panel.xaxis.set_major_locator(
            LogLocator(subs=(1, 2, 5) if decades < 1.2 else (1, 3) if decades < 2.2 else (1,))
        )
        panel.xaxis.set_minor_formatter(NullFormatter())
    panel.xaxis.set_major_formatter(FuncFormatter(told))
