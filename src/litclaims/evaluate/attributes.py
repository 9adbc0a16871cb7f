"""What a rightly read figure hangs on, held against gold: one verdict for each attribute that gold states."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from litclaims import vocab
from litclaims.evaluate.counts import adding
from litclaims.evaluate.gold import GoldClaim
from litclaims.evaluate.match import same_number
from litclaims.model import Claim

TUPLE = "tuple"

ATTRIBUTES = (
    "bound",
    "basis",
    "route",
    "target",
    "condition",
    "cell_type",
    "species",
    "status",
    "spread",
    "citations",
    "span",
    TUPLE,
)
"""The order of the report. ``span`` is right where the prediction has gold's span to the character, ``tuple`` where of
a figure with the right value and unit both the route and the condition are right."""

OF_TUPLE = ("route", "condition")
"""What has to be right beside value and unit for two documents' figures to be compared rightly."""

UNSCORED_WHEN_NULL = ("species", "status")
"""Gold leaves these null where the document does not tell, so null there is no claim that there is none."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One attribute of one figure: ``verdict`` is ``right``, ``partial``, ``wrong``, ``silent`` or ``spurious``.

    ``partial``: some values shared, others not. ``wrong``: a value given that gold does not have. ``silent``: gold has
    a value and none was given. ``spurious``: gold has none and one was given.
    """

    name: str
    verdict: str
    got: str
    want: str


@adding
@dataclass(frozen=True, slots=True)
class AttributeCounts:
    """Tally of judgements of one attribute."""

    right: int = 0
    partial: int = 0
    wrong: int = 0
    silent: int = 0
    spurious: int = 0

    @property
    def total(self) -> int:
        """How many were scored."""
        return self.right + self.partial + self.wrong + self.silent + self.spurious

    @property
    def accuracy(self) -> float | None:
        """Share of right ones, a partial one is not right; None where nothing was scored."""
        return self.right / self.total if self.total else None


def tally(judgements: Iterable[Judgement]) -> dict[str, AttributeCounts]:
    """Counts by attribute name, in order of first sight."""
    counts: dict[str, AttributeCounts] = {}
    for judgement in judgements:
        counts[judgement.name] = counts.get(judgement.name, AttributeCounts()) + AttributeCounts(
            **{judgement.verdict: 1}
        )
    return counts


def judge_attributes(gold: GoldClaim, claim: Claim) -> tuple[Judgement, ...]:
    """The verdicts on a rightly read figure. What gold does not state is not judged."""
    return tuple(_judgements(gold, claim))


def _judgements(gold: GoldClaim, claim: Claim) -> Iterator[Judgement]:
    yield judge_values("bound", (gold.quantity.bound,), (claim.quantity.bound,))
    for name in ATTRIBUTES:
        want = gold.values(name)
        if want is None or (not want and name in UNSCORED_WHEN_NULL):
            continue
        yield judge_values(name, want, claim.citations if name == "citations" else claim.values(name))
    spreads = gold.quantity.spread, claim.quantity.spread
    if any(spread is not None for spread in spreads):
        yield _judge_spread(*spreads)
    yield judge_values("span", (_offsets(gold),), (_offsets(claim),))
    wanted = {name: gold.values(name) for name in OF_TUPLE}
    if all(values is not None for values in wanted.values()):
        yield _judge_tuple([judge_values(name, values or (), claim.values(name)) for name, values in wanted.items()])


def judge_values(name: str, want: Iterable[str], got: Iterable[str]) -> Judgement:
    """A verdict on sets of values; order, case and spacing do not matter, and of one thing any name of the vocabulary
    is as good as another (``haemophilia B``, ``hemophilia B``). Two empty sets are right."""
    want, got = tuple(want), tuple(got)
    wanted, given = {_meant(name, value) for value in want}, {_meant(name, value) for value in got}
    return Judgement(name, _verdict(wanted, given), "; ".join(got), "; ".join(want))


def _judge_tuple(parts: Sequence[Judgement]) -> Judgement:
    """Right if all parts are; else wrong if one of them says what gold does not, else silent."""
    faults = [part.verdict for part in parts if part.verdict != "right"]
    verdict = "right" if not faults else "silent" if set(faults) == {"silent"} else "wrong"
    told = [" | ".join(getattr(part, side) or "-" for part in parts) for side in ("got", "want")]
    return Judgement(TUPLE, verdict, *told)


def _verdict(wanted: set[str], given: set[str]) -> str:
    if wanted == given:
        return "right"
    if not given:
        return "silent"
    if not wanted:
        return "spurious"
    return "partial" if wanted & given else "wrong"


def _judge_spread(want: Any, got: Any) -> Judgement:
    shown = ["" if value is None else f"{value:g}" for value in (got, want)]
    if same_number(want, got):
        return Judgement("spread", "right", *shown)
    return Judgement("spread", "silent" if got is None else "spurious" if want is None else "wrong", *shown)


def _offsets(item: GoldClaim | Claim) -> str:
    return f"{item.span.start}-{item.span.end}"


@functools.lru_cache(maxsize=4096)
def _meant(name: str, value: str) -> str:
    """What a value says: the label of the one thing whose name it is from end to end, else itself."""
    if name not in vocab.kinds():
        return _folded(value)
    whole = {hit.label for hit in vocab.load(name).find(value) if hit.end - hit.start == len(value)}
    return _folded(whole.pop() if len(whole) == 1 else value)


def _folded(value: str) -> str:
    return " ".join(unicodedata.normalize("NFC", value).casefold().split())
