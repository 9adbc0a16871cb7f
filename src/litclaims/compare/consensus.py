"""Consensus: what independent sources say of one thing together, and who stands outside.

Positions are put together by measure, unit, route and basis, and at the site level by condition; animals by species.
What a document does not hold (negated, hypothetical) has no part in it, and a limit is no figure to take a middle of.
Sources count once, however often they speak: a document once, and all that quote one reference once, together with
that reference itself where it is among the documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from litclaims.compare.interval import Interval, gap_fold, of, overlap
from litclaims.compare.positions import NOT_HELD, is_animal
from litclaims.model import Position

_KEY = re.compile(r"[a-z]+:\S+")  # "doi:10.1000/1"; a bare "3" is a marker


@dataclass(frozen=True, slots=True)
class Consensus:
    """What is said of one thing.

    Attributes:
        low, high: the envelope over all sources; an open side is None.
        median_low, median_high: the median interval: the lower median of the lower ends and the upper median of the
            upper ends, each a figure that a source gives. None where all are limits.
        n_sources: independent ones.
        n_documents: documents that speak of it.
    """

    low: Decimal | None
    high: Decimal | None
    median_low: Decimal | None
    median_high: Decimal | None
    n_sources: int
    n_documents: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How a position stands to the consensus on its subject.

    Attributes:
        side: ``above`` or ``below`` if it shares nothing with the median interval, else empty.
        fold: by how many times it lies outside, None within it and where a ratio means nothing.
    """

    consensus: Consensus
    side: str = ""
    fold: Decimal | None = None


def standings(
    positions: Iterable[Position], *, document_keys: Mapping[str, Iterable[str]] | None = None
) -> dict[str, Standing]:
    """How each position stands, by ``position_id``; those that are not held have none.

    Args:
        document_keys: of a document the reference keys that name it.
    """
    names = {key.lower(): doc for doc, keys in (document_keys or {}).items() for key in keys}
    groups: dict[tuple, list[Position]] = {}
    for position in positions:
        if position.status not in NOT_HELD:
            groups.setdefault(_subject(position), []).append(position)
    found: dict[str, Standing] = {}
    for group in groups.values():
        agreed = _consensus(group, names)
        within = Standing(agreed)
        alone = agreed.median_low is None or agreed.n_sources < 2
        for position in group:
            found[position.position_id] = within if alone else _standing(position, agreed) or within
    return found


def _subject(position: Position) -> tuple:
    return (
        position.measure,
        position.level,
        position.unit,
        position.route,
        position.basis,
        position.condition if position.level == "site" else (),
        position.species if is_animal(position.species) else None,
    )


def _consensus(group: list[Position], names: Mapping[str, str]) -> Consensus:
    if len(group) == 1:
        low, high = group[0].low, group[0].high
        closed = low is not None and high is not None
        return Consensus(low, high, low if closed else None, high if closed else None, n_sources=1, n_documents=1)
    sure = [position for position in group if not position.guessed] or group
    sources: dict[str, list[Position]] = {}
    for position in sure:
        sources.setdefault(source(position, names), []).append(position)
    ranges = [_span(said) for said in sources.values()]
    closed = [span for span in ranges if None not in span]
    low, high = _span(sure)
    return Consensus(
        low=low,
        high=high,
        median_low=sorted(span[0] for span in closed)[(len(closed) - 1) // 2] if closed else None,
        median_high=sorted(span[1] for span in closed)[len(closed) // 2] if closed else None,
        n_sources=len(sources),
        n_documents=len({position.doc for position in group}),
    )


def source(position: Position, names: Mapping[str, str]) -> str:
    """What a position rests on: the references that it cites if they are named by keys, else its own document.

    Args:
        names: the documents by the reference keys that name them, in lower case.
    """
    keys = sorted(citation.lower() for citation in position.citations)
    if not keys or not all(_KEY.fullmatch(key) for key in keys):
        return position.doc
    return "; ".join(sorted({names.get(key, key) for key in keys}))


def _span(positions: list[Position]) -> tuple[Decimal | None, Decimal | None]:
    """The envelope; limits widen it only where there is nothing but limits."""
    closed = [position for position in positions if position.low is not None and position.high is not None]
    lows, highs = ([getattr(position, end) for position in closed or positions] for end in ("low", "high"))
    return (None if None in lows else min(lows)), (None if None in highs else max(highs))


def _standing(position: Position, agreed: Consensus) -> Standing | None:
    """The standing of a position outside; None within."""
    ours, middle = of(position), Interval(agreed.median_low, agreed.median_high)
    if overlap(ours, middle) is not None:
        return None
    above = ours.low is not None and ours.low >= middle.high
    return Standing(agreed, side="above" if above else "below", fold=gap_fold(ours, middle))
