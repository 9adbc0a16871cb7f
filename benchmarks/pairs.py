"""Precision and recall of the comparison rules on hand-labelled pairs: ``python -m benchmarks.pairs``.

``pairs.jsonl`` holds a pair a line. Most give two positions as facets (``a``, ``b``), and test comparison alone;
the others give two short documents (``text_a``, ``text_b``) that are first read by the extractor. Labels were given by
the guide before any rule was run on them: ``verdict``, ``flag``, ``grade`` (null where careful readers may differ) and
``why``. ``keys`` names the documents ``A`` and ``B`` by reference keys.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from litclaims.compare.finding import Corpus
from litclaims.compare.verdicts import judge
from litclaims.model import Position, Verdict

PAIRS = Path(__file__).with_name("pairs.jsonl")
PRECISION, RECALL = 0.95, 0.90
"""Of the flags: what they must reach."""

_SEVERAL = ("route", "target", "condition", "citations")


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled pair and what came out; no verdict where the two texts gave no pair of the measure."""

    label: dict[str, Any]
    verdict: Verdict | None

    @property
    def right(self) -> bool:
        """Verdict and flag as labelled, and the grade where it is labelled."""
        got, want = self.verdict, self.label
        if got is None or (got.verdict, got.flag) != (want["verdict"], want["flag"]):
            return False
        return want["grade"] in (None, got.grade)


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over all pairs; ``barred`` are flags on pairs that the labels call not comparable."""

    total: int
    right: int
    precision: float
    recall: float
    barred: int

    @property
    def reached(self) -> bool:
        """True if the flags reach what they must."""
        return self.precision >= PRECISION and self.recall >= RECALL and not self.barred


def read_pairs(path: Path = PAIRS) -> list[dict[str, Any]]:
    """The labelled pairs."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def position(doc: str, facets: dict[str, Any]) -> Position:
    """A position of a document with the facets of a label."""
    low, high = (None if facets.get(end) is None else Decimal(str(facets[end])) for end in ("low", "high"))
    rest = {name: value for name, value in facets.items() if name not in ("low", "high", "bound", "measure", "unit")}
    rest |= {name: tuple(rest[name]) for name in _SEVERAL if name in rest}
    return Position(
        position_id=doc,
        level="site",
        doc=doc,
        doc_id=doc,
        measure=facets.get("measure", "cell_dose"),
        unit=facets.get("unit", "cell"),
        low=low,
        high=high,
        bound=facets.get("bound", "exact" if low == high else "range"),
        claim_ids=(doc,),
        **rest,
    )


def judge_pair(label: dict[str, Any]) -> Judged:
    """The verdict on a labelled pair."""
    if "text_a" in label:
        return Judged(label, _judge_texts(label))
    keys = {doc: frozenset(found) for doc, found in label.get("keys", {}).items()}
    a, b = position("A", label["a"]), position("B", label["b"])
    return Judged(label, judge(a, b, corpus=Corpus(document_keys=keys)))


def _judge_texts(label: dict[str, Any]) -> Verdict | None:
    """The gravest verdict between the two documents on the measure, at the level of sites."""
    from litclaims.model import Outcome
    from litclaims.pipeline import compare_outcomes
    from litclaims.reading import extract_text

    read = [extract_text(label[f"text_{side}"], doc=side.upper()) for side in "ab"]
    outcomes = [Outcome(one.document.doc, one.document.doc, "ok", extraction=one) for one in read]
    found = [
        verdict
        for verdict in compare_outcomes(outcomes).verdicts
        if verdict.measure == label["measure"] and verdict.level == "site" and verdict.a.doc != verdict.b.doc
    ]
    return max(found, key=lambda verdict: (verdict.flag, verdict.severity), default=None)


def score(judged: list[Judged]) -> Score:
    """Precision and recall of the flags over all pairs; 1 where nothing was flagged or to be flagged."""
    wanted = sum(one.label["flag"] for one in judged)
    flagged = [one for one in judged if one.verdict is not None and one.verdict.flag]
    true = sum(one.label["flag"] for one in flagged)
    return Score(
        total=len(judged),
        right=sum(one.right for one in judged),
        precision=true / len(flagged) if flagged else 1.0,
        recall=true / wanted if wanted else 1.0,
        barred=sum(one.label["verdict"] == "not_comparable" for one in flagged),
    )


def told(judged: list[Judged]) -> list[str]:
    """The score and every pair that did not come out as labelled, a line each."""
    found = score(judged)
    by_verdict = Counter(one.label["verdict"] for one in judged)
    right = Counter(one.label["verdict"] for one in judged if one.right)
    lines = [
        f"{found.total} pairs, {found.right} as labelled; flags: precision {found.precision:.3f}"
        f" (at least {PRECISION}), recall {found.recall:.3f} (at least {RECALL}),"
        f" {found.barred} on pairs not to be compared"
    ]
    lines += [f"  {verdict:<18} {right[verdict]:>3} of {count}" for verdict, count in sorted(by_verdict.items())]
    return [*lines, *(_told_pair(one) for one in judged if not one.right)]


def _told_pair(one: Judged) -> str:
    want, got = one.label, one.verdict
    wanted = f"{want['verdict']} {want['grade'] or '*'}{' flagged' if want['flag'] else ''}"
    came = "nothing" if got is None else f"{got.verdict} {got.grade}{' flagged' if got.flag else ''}: {got.reason}"
    return f"{want['id']} wanted {wanted}, got {came}"


def main() -> int:
    """Print the score; 1 if the flags fall short."""
    judged = [judge_pair(label) for label in read_pairs()]
    print("\n".join(told(judged)))
    return 0 if score(judged).reached else 1


if __name__ == "__main__":
    sys.exit(main())
