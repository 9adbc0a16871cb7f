"""What the benchmarks measured, in one file that is kept: a section for each benchmark, the last measurement of it."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FILE = Path(__file__).with_name("results.json")


def machine() -> dict[str, object]:
    """What the times were taken on, and how busy it was: the processes that wanted a core at the time."""
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "system": platform.system(),
        "load": round(os.getloadavg()[0], 1),
    }


def save_plot(figure: Figure, path: Path) -> str:
    """Write a plot as SVG, its words as words and nothing in it that changes from day to day; gives the file's name."""
    from matplotlib import rc_context

    with rc_context({"svg.fonttype": "none", "svg.hashsalt": path.stem}):
        figure.savefig(path, metadata={"Date": None})
    return path.name


def keep(section: str, measured: object, file: Path = FILE) -> str:
    """Put what was measured in the place of what the file holds of that benchmark; gives the file's name."""
    held = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    now = datetime.now(UTC).isoformat(timespec="seconds")
    held[section] = {"date": now, "machine": machine(), "measured": measured}
    file.write_text(json.dumps(dict(sorted(held.items())), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return file.name
