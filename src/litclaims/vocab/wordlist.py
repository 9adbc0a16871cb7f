"""Word lists of the grammar: units, number words, bounds and cues, each row with an example and a counter-example."""

from __future__ import annotations

import csv
import functools
import re
from dataclasses import dataclass
from pathlib import Path

from litclaims.errors import VocabularyError

_FOLDER = Path(__file__).parent
MARK = re.compile(r"\[([^\[\]]+)\]")
"""The surface in a row's example."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a word list.

    Attributes:
        surface: the words as written, one form.
        fields: the other columns by name.
        example: a sentence with the surface in brackets.
        counterexample: a sentence in which the row must not match.
        place: file and line, for error messages.
    """

    surface: str
    fields: tuple[tuple[str, str], ...]
    example: str
    counterexample: str
    place: str

    def get(self, name: str) -> str:
        """The value of a column."""
        return dict(self.fields)[name]


@functools.cache
def rows(name: str, *columns: str) -> tuple[Row, ...]:
    """The rows of ``vocab/NAME.csv``.

    Args:
        name: the file, without suffix, relative to the vocabulary's folder.
        columns: those between ``surface`` and ``example``.

    Raises:
        VocabularyError: a bad header, an empty field, or a surface twice for the same other fields.
    """
    path = _FOLDER / f"{name}.csv"
    expected = ["surface", *columns, "example", "counterexample"]
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != expected:
            raise VocabularyError(f"header {reader.fieldnames}", source=path.name, remedy=f"write {','.join(expected)}")
        found = tuple(_row(record, columns, f"{path.name}:{number}") for number, record in enumerate(reader, 2))
    _refuse_twice(found)
    return found


def listed(name: str, *roles: str) -> tuple[str, ...]:
    """The surfaces of a list whose one further column is ``role``: of some roles, or of all if none is named.

    Raises:
        VocabularyError: as of :func:`rows`.
    """
    return tuple(row.surface for row in rows(name, "role") if not roles or row.get("role") in roles)


@functools.cache
def words_of(name: str, *roles: str) -> re.Pattern[str]:
    """The words of a list that have one of some roles, each as a word of its own, whatever its case."""
    return re.compile(rf"(?<!\w)(?:{alternation(listed(name, *roles))})(?!\w)", re.IGNORECASE)


def _row(record: dict[str, str], columns: tuple[str, ...], place: str) -> Row:
    for key in ("surface", "example", "counterexample"):
        if not record.get(key):
            raise VocabularyError(f"{key} is empty", source=place, remedy="fill it in")
    if None in record or None in record.values():
        raise VocabularyError("the row has too many or too few fields", source=place, remedy="quote fields with commas")
    fields = tuple((column, record[column]) for column in columns)
    return Row(record["surface"], fields, record["example"], record["counterexample"], place)


def _refuse_twice(found: tuple[Row, ...]) -> None:
    seen: dict[tuple, str] = {}
    for row in found:
        key = (row.surface, row.fields)
        if key in seen:
            raise VocabularyError(f"{row.surface!r} stands at {seen[key]} already", source=row.place, remedy="drop one")
        seen[key] = row.place


def alternation(surfaces: list[str] | tuple[str, ...]) -> str:
    """A regular expression for any of the surfaces, the longest first; blanks within one may be up to three wide.

    What several begin with stands in it once: ``m(?:g|l)``. A search that fails at most places is several times as fast
    as one that tries each surface there.
    """
    return _tree(sorted({tuple(_GAP if sign == " " else sign for sign in " ".join(each.split())) for each in surfaces}))


_GAP = r"\s{1,3}"


def _tree(words: list[tuple[str, ...]]) -> str:
    """The pattern of different words, as signs and gaps, in which each beginning stands once."""
    rest: dict[str, list[tuple[str, ...]]] = {}
    for word in words:
        if word:
            rest.setdefault(word[0], []).append(word[1:])
    if len({sign.lower() for sign in rest}) < len(rest):  # where case does not matter the longest would not be first
        each = ("".join(map(_sign, word)) for word in sorted(words, key=lambda word: (-len(word), word)))
        return f"(?:{'|'.join(each)})"
    branches = [_sign(first) + _tree(behind) for first, behind in rest.items()]
    if len(branches) < 2 and () not in words:
        return "".join(branches)
    return f"(?:{'|'.join(branches)}){'?' if () in words else ''}" if branches else ""


def _sign(sign: str) -> str:
    return sign if sign == _GAP else re.escape(sign)


def bounded(surface: str, *, plural: bool = False) -> re.Pattern[str]:
    """A pattern for one surface as a word of its own; a symbol needs no boundary, and a digit may touch a word (40M).

    Args:
        surface: one form.
        plural: also with an ``s`` at its end, as the grammar reads units and nouns.
    """
    left = r"(?<![^\W\d])" if surface[0].isalpha() else ""
    right = r"(?!\w)" if surface[-1].isalpha() else ""
    return re.compile(rf"{left}(?:{alternation([surface])}){'s?' if plural else ''}{right}")
