"""Stance conflicts: one document recommends what another advises against for the same condition.

**Flag**: one document supports an intervention for a condition, another is against it; intervention and condition are
the same, or one is a kind of the other (spinal stem cell injection, stem cell therapy; low back pain, back pain).

**Leave alone**: two documents of one mind, which are listed as agreeing; missing or mixed evidence on either side,
which is no advice; siblings such as PRP and stem cells, or knee and back pain; two stances within one document, which
weighs them itself.

A conflict is a verdict like any other: its measure is :data:`MEASURE`, its verdict ``disjoint``, its rule ``stance``,
its figures are the two stances, and its sentences those in which they are said most plainly.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator

from litclaims.compare.kinds import IsA, vocabulary_is_a
from litclaims.model import Position, Stance, Verdict

MEASURE = "stance"
"""What stands for the measure, and the unit, of a stance among the verdicts."""

RULE = "stance"

SEVERITY = 0.8
"""As grave as a dose off by a power of ten: the question is whether to treat at all."""

LISTED = 2_000
"""Pairs that are listed of two subjects; beyond it each document is paired with one of the other side."""

_TAKEN = ("supports", "against")  # the stances that are advice
_SAID = {"supports": "supported", "against": "advised against"}


def stance_id(stance: Stance) -> str:
    """An id that stays while document, intervention and condition do, whatever the document comes to hold."""
    key = f"{MEASURE}|{stance.doc}|{stance.intervention}|{stance.condition}"
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def stance_verdicts(
    stances: Iterable[Stance], *, sentences: Callable[[Stance], str], is_a: IsA = vocabulary_is_a
) -> tuple[Verdict, ...]:
    """The verdicts between what documents advise, in order of the documents.

    Args:
        stances: of any number of documents, in any order.
        sentences: gives the text of a stance's sentence.
    """
    held: dict[tuple[str, str], list[Stance]] = {}
    for stance in sorted(stances, key=lambda stance: (stance.doc, stance.span)):
        if stance.stance in _TAKEN:
            held.setdefault((stance.intervention, stance.condition), []).append(stance)
    found = {
        verdict.pair_id: verdict
        for one, other in itertools.combinations_with_replacement(sorted(held), 2)
        if _related(one, other, is_a)
        for a, b in _pairs(held[one], held[other], same=one == other)
        for verdict in [_verdict(a, b, sentences)]
    }
    return tuple(sorted(found.values(), key=lambda verdict: (verdict.a.doc, verdict.b.doc, verdict.pair_id)))


def _related(one: tuple[str, str], other: tuple[str, str], is_a: IsA) -> bool:
    kinds = zip(("intervention", "condition"), one, other, strict=True)
    return all(is_a(kind, ours, theirs) or is_a(kind, theirs, ours) for kind, ours, theirs in kinds)


def _pairs(ours: list[Stance], theirs: list[Stance], *, same: bool) -> Iterator[tuple[Stance, Stance]]:
    """The pairs of two documents; where they are too many, every stance at least once."""
    if len(ours) * len(theirs) <= LISTED:
        found = itertools.combinations(ours, 2) if same else itertools.product(ours, theirs)
    else:
        found = _chained(sorted([*ours, *([] if same else theirs)], key=lambda stance: (stance.stance, stance.doc)))
    yield from ((a, b) for a, b in found if a.doc != b.doc)


def _chained(ordered: list[Stance]) -> Iterator[tuple[Stance, Stance]]:
    """Each with its neighbour, which is mostly of its mind, and those against with those for, in turn."""
    yield from itertools.pairwise(ordered)
    against, supports = ([stance for stance in ordered if stance.stance == taken] for taken in sorted(_TAKEN))
    if against and supports:
        shorter, longer = sorted((against, supports), key=len)
        yield from zip(itertools.cycle(shorter), longer, strict=False)


def _verdict(one: Stance, other: Stance, sentences: Callable[[Stance], str]) -> Verdict:
    a, b = sorted((one, other), key=lambda stance: (stance.doc, stance_id(stance)))
    conflict = a.stance != b.stance
    ids = "|".join((MEASURE, *sorted(map(stance_id, (a, b)))))
    return Verdict(
        pair_id=hashlib.sha256(ids.encode()).hexdigest()[:16],
        level="site",
        measure=MEASURE,
        unit=MEASURE,
        verdict="disjoint" if conflict else "agree",
        grade="same",
        flag=conflict,
        severity=SEVERITY if conflict else 0.0,
        reason=_reason(a, b, conflict=conflict),
        a=_position(a, sentences),
        b=_position(b, sentences),
        rule=RULE,
        match=("intervention", "condition"),
    )


def _reason(a: Stance, b: Stance, *, conflict: bool) -> str:
    if conflict:
        return f"Stance conflict: {_said(a)}, while {_said(b)}."
    told = _said(a) if (a.intervention, a.condition) == (b.intervention, b.condition) else f"{_said(a)} and {_said(b)}"
    return f"Both documents are of one mind: {told}."


def _said(stance: Stance) -> str:
    return f"{stance.intervention} for {stance.condition} is {_SAID[stance.stance]}"


def _position(stance: Stance, sentences: Callable[[Stance], str]) -> Position:
    return Position(
        position_id=stance_id(stance),
        level="site",
        doc=stance.doc,
        doc_id="",
        measure=MEASURE,
        unit=MEASURE,
        low=None,
        high=None,
        bound="exact",
        condition=(stance.condition,),
        claim_ids=(stance_id(stance),),
        figures=(stance.stance,),
        sentence=sentences(stance),
    )
