"""The whole proof of one verdict or claim, from the tables of a run: what ``litclaims explain`` prints.

A proof is plain data (JSON types), drawn for people by :mod:`litclaims.report.proof`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import pandas as pd

from litclaims import tables
from litclaims.compare import rules, stances
from litclaims.errors import InputError
from litclaims.report.cells import interval_text, records

PAGE = "docs/verdicts.md"
"""Where every rule is worked through an example."""

SLOTS = ("route", "target", "condition", "cell_type", "basis", "species", "status")
"""What a claim hangs on, in the order in which it is told."""

_FACETS = {"dimension": "unit", "site": "target", "cell type": "cell_type", "subject": "species"}
_IDS = {"route": "route_id", "target": "target_ids", "condition": "condition_ids", "cell_type": "cell_type_id"}
_MOST_NAMED = 5
_MARKUP = re.compile(r":\w+:`~?\.?(?:[\w.]*\.)?(\w+)`|``|\*\*")

Read = Callable[[str], pd.DataFrame]
"""Gives a table of the run by its name."""

Row = Mapping[str, Any]


def explain(read: Read, name: str) -> dict[str, Any]:
    """The proof of a verdict or a claim.

    Args:
        read: gives the tables, e.g. ``functools.partial(read_table, out)``.
        name: a ``pair_id`` or ``claim_id``, or the beginning of one that no other shares.

    Returns:
        ``kind`` is ``verdict`` or ``claim``. Of a verdict: the verdict's own columns, ``rule`` (name, what it says and
        where to read on), ``numbers`` (what is shared, the gap), ``facets`` (how each stands on either side) and
        ``sides``, each with its position and the proof of each of its claims, or its stance. Of a claim: ``claim``
        (place, lineage of the number, slots with the step that filled them, sentence, references), its ``positions``
        and its ``verdicts``.

    Raises:
        InputError: no or more than one verdict or claim has such an id; names those that might be meant.
    """
    kind, found = _find(read, name)
    return _verdict(read, found) if kind == "verdict" else _claim_proof(read, found)


def _find(read: Read, name: str) -> tuple[str, str]:
    wanted = name.strip().lower()
    ids = [("verdict", one) for one in read("disagreements")["pair_id"]]
    ids += [("claim", one) for one in read("claims")["claim_id"]]
    exact = [each for each in ids if each[1] == wanted]
    found = exact or [each for each in ids if wanted and each[1].startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise InputError(
            f"no verdict or claim with the id {name!r}",
            remedy="take a pair_id or claim_id of litclaims show disagreements, or show claims, --format csv",
        )
    told = ", ".join(f"{one} ({kind})" for kind, one in found[:_MOST_NAMED])
    more = f" and {len(found) - _MOST_NAMED:,} more" if len(found) > _MOST_NAMED else ""
    raise InputError(f"{len(found):,} ids begin with {name!r}", remedy=f"give more of one of them: {told}{more}")


def _rows(table: pd.DataFrame, chosen: Any) -> list[dict[str, Any]]:
    return records(table[chosen])


def _verdict(read: Read, pair_id: str) -> dict[str, Any]:
    verdicts = read("disagreements")
    (row,) = _rows(verdicts, verdicts["pair_id"] == pair_id)
    sides = [_side(read, row, side) for side in "ab"]
    kept = ("pair_id", "verdict", "flag", "severity", "grade", "level", "measure", "unit", "reason", "state")
    return {
        "kind": "verdict",
        **{name: row[name] for name in kept},
        **{name: row[name] for name in ("same_document", "repeats", "issue_id", "review", "review_note")},
        "rule": _rule(row["rule"]),
        "numbers": _numbers(row),
        "facets": _facets(row, *(side["position"] for side in sides)),
        "sides": sides,
    }


def _rule(name: str) -> dict[str, Any]:
    """What a rule says of itself, and how many are tried before it."""
    known = [rules.name(rule) for rule in rules.rules()]
    module = stances if name == stances.RULE else next((r for r in rules.rules() if rules.name(r) == name), None)
    said = {"says": None, "flags": None} if module is None else _said(module)
    return {"name": name, **said, "tried": known.index(name) + 1 if name in known else None, "page": PAGE}


def _said(module: ModuleType) -> dict[str, str | None]:
    """The first paragraph of a rule's docstring, and the one on what it flags."""
    paragraphs = [" ".join(part.split()) for part in (inspect.getdoc(module) or "").split("\n\n")]
    plain = [_MARKUP.sub(lambda found: found[1] or "", part) for part in paragraphs]
    flags = next((part.removeprefix("Flag: ") for part in plain if part.startswith("Flag: ")), None)
    return {"says": plain[0], "flags": flags}


def _numbers(row: Row) -> dict[str, Any]:
    low, high = row["overlap_low"], row["overlap_high"]
    shared = None if (low, high) == (None, None) else interval_text(low, high, row["unit"].split("; ")[0])
    return {
        "overlap_low": low,
        "overlap_high": high,
        "overlap": shared,
        "overlap_share": row["overlap_share"],
        "gap_fold": row["gap_fold"],
    }


def _facets(row: Row, a: Row, b: Row) -> list[dict[str, Any]]:
    """Each facet with how the two sides stand to each other in it, and what they say."""
    found = []
    for relation in ("differ", "unsaid", "match"):
        for facet in (row[f"facets_{relation}"] or "").split(tables.SEPARATOR):
            if facet:
                column = _FACETS.get(facet, facet)
                found.append({"facet": facet, "relation": relation, "a": a.get(column), "b": b.get(column)})
    return found


def _side(read: Read, row: Row, side: str) -> dict[str, Any]:
    claim_ids = (row[f"claim_ids_{side}"] or "").split(tables.SEPARATOR)
    stance = _stance(read, claim_ids[0]) if row["measure"] == tables.STANCE else None
    return {
        "doc": row[f"doc_{side}"],
        "position": _position(read, row, side) | (stance or {}),
        "sentence": row[f"sentence_{side}"],
        "claims": _claims(read, claim_ids),
        "stance": stance,
    }


def _stance(read: Read, name: str) -> dict[str, Any] | None:
    """What stands in the place of the claims of a side that is a stance."""
    held = read("stances")
    return next(iter(_rows(held, held["stance_id"] == name)), None)


def _position(read: Read, row: Row, side: str) -> dict[str, Any]:
    """The row of the position among the comparison; of one that is gone or of a stance, what the verdict tells."""
    held = read("comparison")
    same = (held["doc"] == row[f"doc_{side}"]) & (held["claim_ids"] == row[f"claim_ids_{side}"])
    found = _rows(held, same & (held["level"] == row["level"]) & (held["measure"] == row["measure"]))
    names = ("low", "high", "bound", "route", "basis")
    told = {name: row[f"{name}_{side}"] for name in names} | {"figures": row[f"figure_{side}"]}
    told |= {"measure": row["measure"], "unit": row["unit"].split(tables.SEPARATOR)[0]}
    position = found[0] if found else {"position_id": None, **told}
    stated = position["low"] is not None or position["high"] is not None
    said = interval_text(position["low"], position["high"], position["unit"], position["bound"]) if stated else None
    return position | {"means": said}


def _claims(read: Read, claim_ids: list[str]) -> list[dict[str, Any]]:
    claims = read("claims")
    found = {row["claim_id"]: row for row in _rows(claims, claims["claim_id"].isin(claim_ids))}
    return [_claim(read, found[name]) for name in claim_ids if name in found]


def _claim(read: Read, row: Row) -> dict[str, Any]:
    place = ("doc", "source", "start", "end", "page", "section", "origin")
    lineage = ("figure", "low", "high", "unit", "ucum", "bound", "spread", "rule", "confidence")
    return {
        "claim_id": row["claim_id"],
        "measure": row["measure"],
        "place": {name: row[name] for name in place},
        "number": {name: row[name] for name in lineage}
        | {
            "means": interval_text(row["low"], row["high"], row["unit"], row["bound"]),
            "repairs": _parts(row["repairs"]),
        },
        "slots": _slots(row),
        "sentence": row["sentence"],
        "citations": _cited(read, row),
        "review": row["review"],
        "review_note": row["review_note"],
    }


def _slots(row: Row) -> list[dict[str, Any]]:
    """What the claim hangs on: values, ids and the step that filled each; what is unsaid has no values."""
    steps = dict(part.split(": ", 1) for part in _parts(row["context"]) if ": " in part)
    return [
        {
            "name": name,
            "values": _parts(row[name]),
            "ids": [one or None for one in (row.get(_IDS.get(name, "")) or "").split(tables.SEPARATOR) if row[name]],
            "step": steps.get(name),
        }
        for name in SLOTS
    ]


def _parts(cell: str | None) -> list[str]:
    return [] if cell is None else cell.split(tables.SEPARATOR)


def _cited(read: Read, row: Row) -> list[dict[str, Any]]:
    """The markers of the statement, each with the entry of the document's reference list that has it."""
    entries = read("references")
    own = {one["marker"]: one for one in _rows(entries, entries["doc"] == row["doc"])}
    return [
        {"marker": marker, "reference": own[marker]["raw"] if marker in own else None}
        for marker in _parts(row["citations"])
    ]


def _claim_proof(read: Read, claim_id: str) -> dict[str, Any]:
    (claim,) = _claims(read, [claim_id])
    held, verdicts = read("comparison"), read("disagreements")
    positions = _rows(held, _holds(held, "claim_ids", claim_id))
    sides = _holds(verdicts, "claim_ids_a", claim_id) | _holds(verdicts, "claim_ids_b", claim_id)
    told = ("pair_id", "verdict", "flag", "grade", "level", "severity", "doc_a", "doc_b", "reason", "repeats")
    return {
        "kind": "claim",
        "claim": claim,
        "positions": [
            {"position_id": one["position_id"], "level": one["level"]}
            | {"means": interval_text(one["low"], one["high"], one["unit"], one["bound"])}
            for one in positions
        ],
        "verdicts": [{name: row[name] for name in told} for row in _rows(verdicts, sides)],
    }


def _holds(table: pd.DataFrame, column: str, value: str) -> pd.Series:
    """True for each row of which the cell holds this among its values."""
    return table[column].map(lambda cell: not pd.isna(cell) and value in cell.split(tables.SEPARATOR)).astype(bool)
