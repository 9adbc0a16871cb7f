"""Units of measure: what a unit as written is in canonical units, and how UCUM writes a canonical unit.

Conversion is pint's, over definitions of our own (``definitions.txt``) in exact decimals. pint never sees a text: it
would drop ``± 1`` without a word.
"""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from litclaims.errors import VocabularyError
from litclaims.vocab.wordlist import Row, rows

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as texts write it.

    Attributes:
        unit: the canonical unit of its dimension, e.g. ``mg`` for all masses of drugs.
        dimension: ``mass``, ``time``, ``mass_per_volume`` …
        factor: canonical units in one.
    """

    surface: str
    unit: str
    dimension: str
    factor: Decimal


@functools.cache
def units() -> tuple[Unit, ...]:
    """Every unit that the grammar reads, with its factor.

    Raises:
        VocabularyError: a definition cannot be read, or is of another dimension than its canonical unit.
    """
    table = rows("units", "unit", "dimension", "definition")
    return tuple(_unit(row) for row in table)


def _unit(row: Row) -> Unit:
    unit = row.get("unit")
    return Unit(row.surface, unit, row.get("dimension"), _factor(row.get("definition"), unit, row.place))


@functools.cache
def by_surface() -> dict[str, Unit]:
    """The units by how they are written."""
    return {unit.surface: unit for unit in units()}


def surfaces(*dimensions: str) -> list[str]:
    """How the units of some dimensions are written, of all if none is named."""
    return [unit.surface for unit in units() if not dimensions or unit.dimension in dimensions]


@functools.cache
def ucum(unit: str) -> str:
    """A canonical unit in UCUM: ``{cells}/kg``, ``/d``, ``mg/mL``.

    What is counted and is no unit of UCUM stands in braces, as UCUM annotates (The Unified Code for Units of Measure,
    version 2.1, section 2.4).
    """
    first, *others = (_ucum_part(part or "1") for part in unit.split("/"))
    first = "" if first == "1" and others else first
    return "/".join((first, *others))


def _ucum_part(part: str) -> str:
    known = _canonical().get(part)
    return known[1] if known else f"{{{part}}}"


@functools.cache
def _canonical() -> dict[str, tuple[str, str]]:
    """Definition and UCUM string of each part of a canonical unit."""
    with (_FOLDER / "canonical_units.csv").open(encoding="utf-8", newline="") as file:
        return {row["unit"]: (row["definition"], row["ucum"]) for row in csv.DictReader(file)}


@functools.cache
def _registry() -> Any:
    import pint  # late: a third of a second that no command needs which reads no document

    registry = pint.UnitRegistry(None, non_int_type=Decimal)
    registry.load_definitions(_FOLDER / "definitions.txt")
    return registry


def _factor(definition: str, unit: str, place: str) -> Decimal:
    """How many canonical units a defined one is."""
    import pint

    canonical = "/".join(_canonical().get(part, (part, ""))[0] for part in unit.split("/"))
    try:
        one = _registry().Quantity(Decimal(1), definition)
        return Decimal(one.to(canonical).magnitude).normalize()
    except (pint.errors.PintError, ArithmeticError, AssertionError, AttributeError) as error:
        raise VocabularyError(
            f"{definition!r} is not read as {unit!r}: {error}", source=place, remedy="mend it or definitions.txt"
        ) from error
