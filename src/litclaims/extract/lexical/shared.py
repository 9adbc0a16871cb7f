"""Conditions whose names share words (``hip, knee and back pain``, ``CMV viremia or disease``), and names that an index
turns round (``Osteoarthritis, Knee``)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from litclaims import vocab

KIND = "condition"

REACH, MAX_PARTS = 60, 3
"""Characters before a name in which others share its end, and members of a list that share its beginning."""

_LIST = re.compile(
    r"(?<![A-Za-z-])(?P<list>(?:[A-Za-z]+,\s){0,3}[A-Za-z]+)(?:,?\s(?:and|or|and/or)\s|\s?/\s?)$", re.IGNORECASE
)
_OR = re.compile(r"(?:\s(?:and|or|and/or)\s|(?P<slash>\s?/\s?))(?P<last>[A-Za-z]+)(?![\w-])")
_LAST_TWO = re.compile(r"(\S+)\s+(\S+)\Z")
_WORD = re.compile(r"[A-Za-z]+")
_TURNED = re.compile(r"(?:,\s[A-Z\d][\w-]{0,20}(?:\s[\w-]{1,20})?(?=\s*(?:[,;|)\n]|\.\s|\Z))){1,3}")


def with_shared(text: str, found: list[dict]) -> list[dict]:
    """The entities of a text with the conditions whose names share words with those of others."""
    found = _turned_back(text, found)
    found = [*found, *(each for entry in _conditions(found) for each in _before(text, entry, found))]
    return [*found, *(each for entry in _conditions(found) for each in _behind(text, entry, found))]


def _conditions(found: list[dict]) -> list[dict]:
    return [entry for entry in found if entry["kind"] == KIND]


def _whole(name: str) -> vocab.Match | None:
    """The condition that has this very name."""
    return next((hit for hit in vocab.load(KIND).find(name) if hit.end - hit.start == len(name)), None)


def _entry(start: int, end: int, hit: vocab.Match, kind: str = KIND) -> dict:
    return {"kind": kind, "start": start, "end": end, "label": hit.label, "id": hit.term.id}


def _before(text: str, entry: dict, found: list[dict]) -> Iterator[dict]:
    """What shares its end with a name: ``knee and back pain`` is two of them, and names both sites."""
    last = _LAST_TWO.search(text, entry["start"], entry["end"])
    listed = _LIST.search(text, max(0, entry["start"] - REACH), entry["start"]) if last is not None else None
    if last is None or listed is None:
        return
    ends = dict.fromkeys((text[entry["start"] : entry["end"]].split(None, 1)[1], last[2]))
    found_one = False
    for word in reversed(list(_WORD.finditer(text, *listed.span("list")))):
        hit = next((hit for end in ends if (hit := _whole(f"{word.group()} {end}")) is not None), None)
        if hit is None:
            break
        found_one = True
        yield _entry(*word.span(), hit)
        yield from _site(text, *word.span(), found)
    if found_one:
        yield from _site(text, *last.span(1), found)


def _behind(text: str, entry: dict, found: list[dict]) -> Iterator[dict]:
    """What shares its beginning with a name: ``CMV viremia or disease`` is two of them. Behind a stroke that is so of a
    wider name too: the lymphoma of ``T-cell leukemia/lymphoma``."""
    known = {each["start"]: each for each in _conditions(found)}
    first, _, last = text[entry["start"] : entry["end"]].rpartition(" ")
    at, labels = entry["end"], {entry["label"]}
    for _ in range(MAX_PARTS if first and last else 0):
        match = _OR.match(text, at)
        hit = _whole(f"{first} {match['last']}") if match is not None else None
        if hit is None or hit.label in labels:
            return
        wider = known.get(match.start("last"))
        if wider is None:
            yield _entry(*match.span("last"), hit)
        elif match["slash"] and vocab.load(KIND).is_a(hit.label, wider["label"]):
            wider.update(label=hit.label, id=hit.term.id)
        else:
            return
        at, labels = match.end(), labels | {hit.label}


def _turned_back(text: str, found: list[dict]) -> list[dict]:
    """The entities with each name of a disease that an index turns round as a whole: ``Leukemia, Myeloid, Acute``."""
    turned = [each for entry in _conditions(found) if (each := _turned(text, entry)) is not None]
    if not turned:
        return found
    spans = [(each["start"], each["end"]) for each in turned]
    return [*(each for each in found if each["kind"] != KIND or not _lies_in(each, spans)), *turned]


def _lies_in(entry: dict, spans: list[tuple[int, int]]) -> bool:
    return any(start <= entry["start"] and entry["end"] <= end for start, end in spans)


def _turned(text: str, entry: dict) -> dict | None:
    match = _TURNED.match(text, entry["end"]) if text[entry["start"]].isupper() else None
    parts = match.group().split(", ")[1:] if match is not None else []
    head = text[entry["start"] : entry["end"]]
    for size in range(len(parts), 0, -1):
        hit = _whole(" ".join([*reversed(parts[:size]), head]))
        if hit is not None and hit.label != entry["label"] and vocab.load(KIND).is_a(hit.label, entry["label"]):
            return _entry(entry["start"], entry["end"] + sum(len(part) + 2 for part in parts[:size]), hit)
    return None


def _site(text: str, start: int, end: int, found: list[dict]) -> list[dict]:
    """The site that a word of a condition names, unless it was found as one."""
    if any(entry["kind"] == "target" and entry["start"] == start for entry in found):
        return []
    hits = vocab.load("target").find(text[start:end])
    return [_entry(start, end, hit, "target") for hit in hits[:1]]
