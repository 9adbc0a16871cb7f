"""A proof of :mod:`litclaims.report.explain` drawn for the terminal. Nothing here prints."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from litclaims.report.cells import interval_text, number_text, visible
from litclaims.report.views import AGREEING, AGREES, FLAG, OTHER, said

STEPS = {
    "clause": "its clause",
    "sentence": "its sentence",
    "item": "its list item or table row",
    "heading": "a heading above it",
    "before": "the text before it",
    "after": "the text after it",
    "document": "the title or subject of the document",
}
"""What the steps are called that fill a slot."""

MOST_VERDICTS = 10
"""Verdicts listed of a claim; all of them are in the table."""

_STANCE = ("intervention", "condition", "stance", "start", "end")
_RELATIONS = {"differ": "differs", "unsaid": "one side only", "match": "matches"}

Proof = Mapping[str, Any]


def render_proof(proof: Proof) -> RenderableType:
    """A proof as plain texts that wrap with the terminal: what documents say is never taken as markup."""
    return Group(*(_verdict(proof) if proof["kind"] == "verdict" else _claim_page(proof)))


def _verdict(proof: Proof) -> Iterator[RenderableType]:
    mark = FLAG if proof["flag"] else AGREES if proof["verdict"] in AGREEING else OTHER
    told = " · ".join(visible(str(proof[name])) for name in ("verdict", "grade", "measure"))
    yield Text(f"{mark} {told} · {proof['level']} level", style="bold red" if proof["flag"] else "bold")
    yield _in(Text(visible(proof["reason"])))
    yield Text()
    yield _in(_pairs(_facts(proof)))
    for letter, side in zip("AB", proof["sides"], strict=True):
        yield Text()
        yield from _side(letter, side)
    yield Text()
    yield Text("What each side says", style="bold")
    yield _in(_facets(proof["facets"]))
    yield Text()
    yield from _rule(proof)


def _facts(proof: Proof) -> list[tuple[str, str]]:
    severity = number_text(float(proof["severity"]))
    found = [
        ("pair", proof["pair_id"]),
        ("flagged", "yes" if proof["flag"] else "no"),
        ("severity", f"{severity} of 1"),
        ("state", f"{proof['state']} against the last run"),
        ("review", _reviewed(proof)),
    ]
    if proof["repeats"] is not None:
        found.append(("repeats", f"{proof['repeats']}, which says the same of the site"))
    return found


def _reviewed(row: Proof) -> str:
    if row["review"] is None:
        return "not yet reviewed"
    return f"{row['review']}: {visible(row['review_note'])}" if row["review_note"] else row["review"]


def _side(letter: str, side: Proof) -> Iterator[RenderableType]:
    position = side["position"]
    means = position["means"] or visible(position["figures"])
    yield Text(f"{letter}  {visible(side['doc'])}: {means}", style="bold")
    if (position.get("n_sources") or 1) > 1:
        yield _in(Text(_standing(position)))
    if side["stance"] is not None:
        yield _in(_pairs([(name, visible(str(side["stance"][name]))) for name in _STANCE]))
        yield _in(_quoted(side["sentence"], []))
    elif not side["claims"]:
        yield _in(Text("Its claims are not among those of the last run."))
        yield _in(_quoted(side["sentence"], []))
    for claim in side["claims"]:
        yield from _claim(claim)


def _standing(position: Proof) -> str:
    agreed = interval_text(position["consensus_low"], position["consensus_high"], position["unit"])
    outside = f"lies {visible(position['outside'])} it" if position["outside"] else "lies within it"
    return f"The median of {position['n_sources']} independent sources on the same is {agreed}; this {outside}."


def _claim(claim: Proof) -> Iterator[RenderableType]:
    yield Text()
    yield _in(_pairs([("claim", claim["claim_id"]), ("place", _place(claim["place"])), *_number(claim)]))
    yield _in(_pairs([(slot["name"].replace("_", " "), _slot(slot)) for slot in claim["slots"]]))
    for cited in claim["citations"]:
        yield _in(Text(f"cites {visible(cited['marker'])}: {said(cited['reference'], 'no such entry')}"))
    yield _in(_quoted(claim["sentence"], [claim["number"]["figure"]]))


def _place(place: Proof) -> str:
    told = [f"{visible(place['doc'])}, characters {place['start']:,}–{place['end']:,}"]
    told += [f"page {place['page']}"] if place["page"] is not None else []
    told += [f"under “{visible(place['section'])}”"] if place["section"] else []
    told += [f"({visible(place['origin'])})"] if place["origin"] else []
    return ", ".join(told)


def _number(claim: Proof) -> list[tuple[str, str]]:
    """How the number came to be: as written, as read, what was mended, and in which unit."""
    number = claim["number"]
    ends = [None if number[end] is None else f"{number[end]:,}" for end in ("low", "high")]
    value = ends[0] if ends[0] == ends[1] else " to ".join(end or "open" for end in ends)
    spread = f" ± {number['spread']:,}" if number["spread"] is not None else ""
    found = [
        ("written", f"“{visible(number['figure'])}”"),
        ("read as", f"{value}{spread}, {number['bound'].replace('_', ' ')}, by {visible(number['rule'])}"),
        ("mended", "; ".join(map(visible, number["repairs"])) or "nothing"),
        ("unit", f"{visible(number['unit'])} (UCUM {visible(number['ucum'])})"),
        ("means", f"{number['means']}, {claim['measure'].replace('_', ' ')}"),
        ("confidence", number_text(float(number["confidence"]))),
    ]
    return [*found, ("review", _reviewed(claim))] if claim["review"] is not None else found


def _slot(slot: Proof) -> str:
    if not slot["values"]:
        return "not stated"
    ids = [*slot["ids"], *[None] * len(slot["values"])]
    values = ", ".join(
        visible(f"{value} ({name})" if name else value) for value, name in zip(slot["values"], ids, strict=False)
    )
    return f"{values}, from {STEPS.get(slot['step'], slot['step'])}" if slot["step"] else values


def _quoted(sentence: str, figures: Sequence[str]) -> Text:
    """The sentence with its figures marked; ``2`` is not marked within ``200``."""
    text = Text(f"“{visible(sentence)}”", style="italic")
    for figure in figures:
        text.highlight_regex(rf"(?<!\d)(?<!\d[.,]){re.escape(visible(figure))}(?!\d|[.,]\d)", style="bold reverse")
    return text


def _facets(facets: Sequence[Proof]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    for facet in facets:
        ours, theirs = (said(facet[side], "not stated") for side in ("a", "b"))
        values = ours if ours == theirs else f"{ours} | {theirs}"
        grid.add_row(facet["facet"], _RELATIONS[facet["relation"]], Text(values))
    return grid


def _rule(proof: Proof) -> Iterator[RenderableType]:
    rule, numbers = proof["rule"], proof["numbers"]
    tried = f", rule {rule['tried']} in order" if rule["tried"] else ""
    yield Text(f"Why: {rule['name'].replace('_', ' ')}{tried}", style="bold")
    facts = []
    if numbers["overlap"] is not None:
        share = numbers["overlap_share"]
        told = "" if share is None else f", {share:.0%} of the narrower interval"
        facts.append(("shared", f"{numbers['overlap']}{told}"))
    if numbers["gap_fold"] is not None:
        facts.append(("gap", f"{number_text(round(float(numbers['gap_fold']), 4))}-fold between the nearest ends"))
    facts += [("it says", rule["says"])] if rule["says"] else []
    facts += [("it flags", rule["flags"])] if rule["flags"] else []
    yield _in(_pairs([*facts, ("read on", f"{rule['page']}, “{rule['name']}”")]))


def _claim_page(proof: Proof) -> Iterator[RenderableType]:
    claim = proof["claim"]
    yield Text(f"{visible(claim['place']['doc'])}: {claim['number']['means']}", style="bold")
    yield from _claim(claim)
    for position in proof["positions"]:
        yield _in(Text(f"Held at the {position['level']} level: {position['means']}"))
    flagged = sum(verdict["flag"] for verdict in proof["verdicts"])
    yield Text()
    yield Text(f"{len(proof['verdicts']):,} verdicts rest on it, {flagged:,} flagged", style="bold")
    for verdict in proof["verdicts"][:MOST_VERDICTS]:
        mark = FLAG if verdict["flag"] else OTHER
        yield _in(Text(f"{mark} {verdict['pair_id']} {verdict['verdict']}: {visible(verdict['reason'])}"))
    if len(proof["verdicts"]) > MOST_VERDICTS:
        yield _in(Text(f"… and {len(proof['verdicts']) - MOST_VERDICTS:,} more"))


def _in(what: RenderableType) -> Padding:
    return Padding(what, (0, 0, 0, 3))


def _pairs(facts: Sequence[tuple[str, str]]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    for name, value in facts:
        grid.add_row(Text(name, style="dim"), Text(value))
    return grid
