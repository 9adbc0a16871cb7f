"""What a figure is per, in order of size: a course of treatment, a session, an injection, a site.

``basis_tiers.csv`` gives the tier of a basis; one that it does not name has that of what it is a kind of (a knee is a
joint). A course holds sessions, a session injections, and each of them sites; an injection goes into one site, so
nothing is counted between these two.
"""

from __future__ import annotations

import csv
import functools
from pathlib import Path

from litclaims.compare.kinds import IsA

_TIERS = Path(__file__).with_name("basis_tiers.csv")

_HOLDS = {"course": ("session", "injection", "site"), "session": ("injection", "site")}


def rows() -> list[dict[str, str]]:
    """The rows of ``basis_tiers.csv``."""
    with _TIERS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@functools.cache
def _tiers() -> dict[str, str]:
    return {row["basis"]: row["tier"] for row in rows()}


def tier(basis: str | None, is_a: IsA) -> str | None:
    """``course``, ``session``, ``injection`` or ``site``; None for a basis that is none of them (a kilogram, a day)."""
    if basis is None:
        return None
    tiers = _tiers()
    return tiers.get(basis) or next((found for label, found in tiers.items() if is_a("basis", basis, label)), None)


def counted(whole: str | None, part: str | None, is_a: IsA) -> str | None:
    """The tier of the part if a figure per ``whole`` can be so many times a figure per ``part``, else None."""
    inner = tier(part, is_a)
    return inner if inner in _HOLDS.get(tier(whole, is_a) or "", ()) else None
