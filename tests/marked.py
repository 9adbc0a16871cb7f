"""Test cases whose expectations stand in the text: ``Gave [2 million](measure=cell_dose value=2e6 unit=cell) cells.``

A mark is ``[figure](key=value …)``; a value with blanks stands in quotes. A literal bracket is written ``\\[``; any
other bracket outside a mark is a fault of the case, so that no case asserts less than it seems to.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

_MARK = re.compile(r"(?<!\\)\[(?P<surface>[^\[\]]+)\]\((?P<keys>[^()]*)\)")
_BRACKET = re.compile(r"(?<!\\)[\[\]]")
_ESCAPED = re.compile(r"\\([\[\]])")


class CaseError(ValueError):
    """A case that cannot be read as it stands."""


@dataclass(frozen=True)
class Mark:
    """An expectation: the characters ``start`` to ``end`` of the plain text, and what is said of them."""

    start: int
    end: int
    keys: Mapping[str, str]


@dataclass(frozen=True)
class Case:
    """A text with its marks; ``place`` is its file and number, ``options`` its other keys."""

    place: str
    text: str
    marks: tuple[Mark, ...]
    xfail: str = ""
    options: Mapping[str, object] = field(default_factory=dict)


def read_cases(path: Path, *, keys: frozenset[str], options: frozenset[str] = frozenset()) -> list[Case]:
    """The cases of a YAML file: a list of mappings with ``text``, perhaps ``xfail`` and one of the options.

    Args:
        path: the file.
        keys: what a mark may say.
        options: what a case may say besides ``text`` and ``xfail``.

    Raises:
        CaseError: an unknown key, a stray bracket, a mark that is no ``key=value``, or a text that stands twice.
    """
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(entries, list):
        raise CaseError(f"{path.name}: is no list of cases")
    cases = [_case(entry, f"{path.name}:{number}", keys, options) for number, entry in enumerate(entries, 1)]
    seen: dict[str, str] = {}
    for case in cases:
        key = f"{case.text}|{case.options}"
        if key in seen:
            raise CaseError(f"{case.place}: the same text stands at {seen[key]}")
        seen[key] = case.place
    return cases


def _case(entry: object, place: str, keys: frozenset[str], options: frozenset[str]) -> Case:
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
        raise CaseError(f"{place}: a case needs a text")
    unknown = set(entry) - options - {"text", "xfail"}
    if unknown:
        raise CaseError(f"{place}: unknown keys {sorted(unknown)}")
    text, marks = parse(entry["text"], place=place, keys=keys)
    rest = {key: value for key, value in entry.items() if key in options}
    return Case(place, text, marks, entry.get("xfail", ""), rest)


def parse(marked: str, *, place: str, keys: frozenset[str]) -> tuple[str, tuple[Mark, ...]]:
    """The plain text of a marked one, and its marks."""
    plain, marks, last = "", [], 0
    for match in _MARK.finditer(marked):
        plain += _unescape(marked[last : match.start()], place)
        start = len(plain)
        plain += match.group("surface")
        marks.append(Mark(start, len(plain), _keys(match.group("keys"), place, keys)))
        last = match.end()
    return plain + _unescape(marked[last:], place), tuple(marks)


def _unescape(text: str, place: str) -> str:
    stray = _BRACKET.search(text)
    if stray is not None:
        raise CaseError(f"{place}: a bracket outside a mark in {text!r}; write \\[ for a literal one")
    return _ESCAPED.sub(r"\1", text)


def _keys(text: str, place: str, known: frozenset[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in shlex.split(text):
        key, sign, value = item.partition("=")
        if not sign or not value or key not in known or key in found:
            raise CaseError(f"{place}: {item!r} is no key=value of {', '.join(sorted(known))}")
        found[key] = value
    if not found:
        raise CaseError(f"{place}: an empty mark")
    return found
