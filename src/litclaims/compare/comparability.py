"""Comparability: how like two positions are, facet by facet, and what forbids to compare them at all.

A facet *matches* if both sides say the same, if a value of one is a kind of a value of the other (knee, joint), or if
neither says anything. It is *unsaid* if one side alone is silent, and *differs* otherwise. An unsaid species is taken
to be human, an unsaid status to be that of something done or advised.

The grade hangs on :data:`FACETS`. The measure matches always, for nothing else is paired; the dimension (what is
counted, per what) and the status (planned, or done and advised) are told, while the rules weigh them.

At the route level a position is an envelope over sites and conditions. There a site or condition that is unsaid or
differs makes the pair less than the same, yet never sets it across: the site level is where sites are compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from litclaims.compare.kinds import IsA, vocabulary_is_a
from litclaims.compare.positions import HUMAN, NOT_HELD, is_animal
from litclaims.model import Position

FACETS = ("route", "basis", "target", "condition", "cell_type", "species")
"""The facets that decide the grade."""

ALL_FACETS = ("measure", "unit", *FACETS, "status")
"""The facets that a verdict lists."""

_ENVELOPED = ("target", "condition")

_PER_KG = "/kg"


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like two positions are.

    Attributes:
        relations: of every facet of :data:`ALL_FACETS` ``match``, ``unsaid`` or ``differ``.
        unsaid: facets that one side alone leaves open, as far as they count at this level.
        differ: facets that both name and name differently, as far as they count at this level.
        grade: ``same``, ``partial`` or ``cross``.
        notes: what a reader should know besides, each a clause of the reason.
    """

    relations: Mapping[str, str]
    unsaid: tuple[str, ...]
    differ: tuple[str, ...]
    grade: str
    notes: tuple[str, ...] = ()

    def listed(self, relation: str) -> tuple[str, ...]:
        """The facets that stand in a relation, in order of :data:`ALL_FACETS`."""
        return tuple(facet for facet in ALL_FACETS if self.relations[facet] == relation)


def likeness(a: Position, b: Position, *, is_a: IsA = vocabulary_is_a) -> Likeness:
    """Compare two positions of one level and measure, facet by facet; the order of the two does not matter."""
    relations = {facet: _relation(facet, a, b, is_a) for facet in FACETS}
    graded = dict(relations)
    dimension = "match" if a.unit == b.unit else "differ"
    if a.measure == "doses":  # three injections against three infusions: the unit names what is counted
        graded["unit"] = dimension
    hard = {name: found for name, found in graded.items() if a.level == "site" or name not in _ENVELOPED}
    return Likeness(
        relations={"measure": "match", "unit": dimension, **relations, "status": _status_relation(a, b)},
        unsaid=_named(hard, "unsaid"),
        differ=_named(hard, "differ"),
        grade=_grade(hard, graded),
        notes=_notes(a, b),
    )


def _status_relation(a: Position, b: Position) -> str:
    """Planned, negated and hypothetical are each of their own; whatever else a figure is, it is held."""
    apart = ("planned", *NOT_HELD)
    ours, theirs = (x.status if x.status in apart else "held" if x.status else None for x in (a, b))
    if ours == theirs or {ours, theirs} == {"held", None}:
        return "match"
    return "unsaid" if None in (ours, theirs) else "differ"


def _named(relations: dict[str, str], relation: str) -> tuple[str, ...]:
    return tuple(name for name, found in relations.items() if found == relation)


def _grade(hard: dict[str, str], relations: dict[str, str]) -> str:
    if "differ" in hard.values():
        return "cross"
    return "same" if set(relations.values()) == {"match"} else "partial"


def _relation(facet: str, a: Position, b: Position, is_a: IsA) -> str:
    ours, theirs = facet_values(a, facet, other=b), facet_values(b, facet, other=a)
    if not ours and not theirs:
        return "match"
    if not ours or not theirs:
        return "unsaid"
    related = any(is_a(facet, x, y) or is_a(facet, y, x) for x in ours for y in theirs)
    return "match" if related else "differ"


def facet_values(position: Position, facet: str, *, other: Position) -> tuple[str, ...]:
    """The values of a facet as they count against another position.

    A body-weight basis counts as unsaid against a figure that is not per kg: the unit already tells them apart. An
    unsaid species counts as human unless the other side is an animal.
    """
    value = getattr(position, facet)
    if facet == "basis" and value == "kg" and not other.unit.endswith(_PER_KG):
        return ()
    if facet == "species" and value is None and not is_animal(other.species):
        return (HUMAN,)
    return value if isinstance(value, tuple) else (() if value is None else (value,))


def _notes(a: Position, b: Position) -> tuple[str, ...]:
    notes = []
    if (a.basis == "total") != (b.basis == "total") and a.basis and b.basis:
        notes.append("a cumulative dose is set against a single treatment")
    if (a.status == "planned") != (b.status == "planned") and a.status and b.status:
        notes.append("one is planned, the other is not")
    return tuple(notes)


def forbidden(a: Position, b: Position) -> tuple[str, str] | None:
    """The facet that forbids to compare two positions, and a clause saying why; None if none does."""
    for position in (a, b):
        if position.status in NOT_HELD:
            told = "said not to hold" if position.status == "negated" else "only hypothetical"
            return "status", f"one of the two is {told}"
    if is_animal(a.species) != is_animal(b.species) and a.species and b.species:
        animal = a.species if is_animal(a.species) else b.species
        return "species", f"one is for humans, the other for an animal ({animal})"
    if not same_dimension(a, b) and per_kg_pair(a, b) is None:
        return "unit", f"their units ({' and '.join(sorted((a.unit, b.unit)))}) cannot be converted into each other"
    return None


def same_dimension(a: Position, b: Position) -> bool:
    """True if the values are on one scale; numbers of treatments are, whatever a treatment is called."""
    return a.unit == b.unit or a.measure == "doses"


def per_kg_pair(a: Position, b: Position) -> tuple[Position, Position] | None:
    """The two as (per kg of body weight, absolute), None if they are no such pair."""
    for rate, absolute in ((a, b), (b, a)):
        if rate.unit == absolute.unit + _PER_KG:
            return rate, absolute
    return None
