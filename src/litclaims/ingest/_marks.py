"""Footnotes of a table that nothing links: their marks tell which cells they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from litclaims.ingest.build import Builder

MAX_NOTES = 60
"""A table with more footnotes is a list of its own."""

_SIGN = r"[*†‡§¶#‖]{1,3}|[ᵃ-ᶻⁱⁿ]{1,2}"
_DIGIT = r"[⁰¹²³⁴-⁹]{1,2}"
_MARK = rf"{_SIGN}|{_DIGIT}"
_OPENING = re.compile(rf"(?P<mark>{_MARK})(?=[\s\w(])")
_HANGING = re.compile(
    rf"(?:(?<=[\w)%.])(?:{_SIGN})|(?<=[^\W\d_]{{3}}){_DIGIT})(?:[,\s]{{0,2}}(?:{_MARK})){{0,4}}(?=[\s|.,;:)]|$)"
)
"""Marks behind a word or figure; raised digits only behind a word, elsewhere they are powers."""

_SINGLE = re.compile(_MARK)


def note_by_marks(builder: Builder, blocks: Iterable[int], footnotes: Sequence[int]) -> None:
    """Say of each block (caption or cell) which footnotes its marks name: ``2.5ᵃ`` the one that begins with ``ᵃ``.

    A mark that opens more than one footnote tells nothing.
    """
    marked: dict[str, list[int]] = {}
    for note in footnotes[:MAX_NOTES]:
        opening = _OPENING.match(builder.text_of(note))
        if opening:
            marked.setdefault(opening["mark"], []).append(note)
    known = {mark: notes[0] for mark, notes in marked.items() if len(notes) == 1}
    for block in blocks if known else ():
        found = [mark for hit in _HANGING.finditer(builder.text_of(block)) for mark in _SINGLE.findall(hit.group())]
        if named := [known[mark] for mark in found if mark in known]:
            builder.note(block, named)
