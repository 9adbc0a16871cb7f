"""Cue files: words and patterns by kind, each with an example and a counter-example."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

import litclaims.vocab
from litclaims.errors import VocabularyError

FOLDER = Path(litclaims.vocab.__file__).parent / "cues"

_ALLOWED = {"pattern", "words", "example", "counterexample", "value", "order"}


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue of one kind.

    Attributes:
        pattern: regular expression without its word bounds.
        words: the plain words it was made of, empty for one that was given as a pattern.
        value: what it stands for, e.g. the number of a month.
        order: where it stands to what it speaks of: ``subject`` (after it), ``object`` (before it), ``any``.
    """

    kind: str
    pattern: str
    example: str
    counterexample: str
    words: tuple[str, ...] = ()
    value: str | int | None = None
    order: str = "any"

    def regex(self) -> re.Pattern[str]:
        """The cue compiled: any case, at word bounds."""
        return _compiled((self.pattern,))


@functools.cache
def load(name: str) -> Mapping[str, tuple[Cue, ...]]:
    """The cues of ``cues/<name>.yml`` by kind, read and checked once.

    Raises:
        VocabularyError: the file is missing or no mapping, a cue lacks its example, or a pattern does not compile.
    """
    path = FOLDER / f"{name}.yml"
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise VocabularyError(f"cannot be read: {error}", source=path, remedy="write it as YAML") from error
    if not isinstance(data, dict):
        raise VocabularyError("is no mapping of kinds to cues", source=path, remedy="write `kind:` and a list below it")
    return {kind: tuple(_cue(path, kind, row) for row in rows or ()) for kind, rows in data.items()}


@functools.cache
def matcher(name: str, *kinds: str) -> re.Pattern[str]:
    """One pattern for all cues of some kinds of a file: any case, at word bounds."""
    return _compiled(tuple(cue.pattern for kind in kinds for cue in load(name)[kind]))


@functools.cache
def words(name: str, kind: str) -> frozenset[str]:
    """The plain words of a kind, lower case."""
    return frozenset(word.casefold() for cue in load(name)[kind] for word in cue.words)


@functools.cache
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)


def _cue(path: Path, kind: str, row: object) -> Cue:
    if not isinstance(row, dict) or not set(row) <= _ALLOWED or ("pattern" in row) == ("words" in row):
        raise VocabularyError(
            f"bad cue {row!r} of kind {kind!r}", source=path, remedy="give pattern or words, example, counterexample"
        )
    if not row.get("example") or not row.get("counterexample"):
        raise VocabularyError(
            f"cue {row!r} of kind {kind!r} has no example or no counterexample", source=path, remedy="add both"
        )
    listed = tuple(row.get("words", ()))
    if stray := [word for word in listed if not isinstance(word, str)]:
        raise VocabularyError(f"words {stray!r} of kind {kind!r} are no text", source=path, remedy="quote them")
    pattern = row.get("pattern") or _alternatives(listed)
    _check(path, kind, pattern)
    return Cue(
        kind=kind,
        pattern=pattern,
        example=str(row["example"]),
        counterexample=str(row["counterexample"]),
        words=listed,
        value=row.get("value"),
        order=str(row.get("order", "any")),
    )


def _alternatives(listed: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(listed, key=len, reverse=True))


def _check(path: Path, kind: str, pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise VocabularyError(
            f"pattern {pattern!r} of kind {kind!r}: {error}", source=path, remedy="write a regular expression"
        ) from error
