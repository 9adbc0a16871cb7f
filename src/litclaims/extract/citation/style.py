"""How a document writes its markers: evidence from all of its blocks for what one block cannot tell."""

from __future__ import annotations

import collections
from collections.abc import Callable, Sequence

from litclaims.extract.citation.find import Style, bare_candidates, certain_numbers, parenthesised_candidates

MIN_BLOCKS = 3
"""So many blocks have to end in a bare number before one of them is taken for a marker."""

MIN_WORDS = 5
"""Words before the number in a block that counts as evidence: table cells and labels are shorter."""


def document_style(texts: Sequence[str], *, known_markers: frozenset[str] = frozenset()) -> Style:
    """The style of a document.

    Args:
        texts: its blocks in order, reference lists left out.
        known_markers: of its reference list, empty if it has none.

    Bare numbers are markers if at least three statements end in them and they are numbered like a reference list: all
    of them known, or 1 among them and no more numbers left out than used. Laboratory values are not. A document keeps
    to one form: a doubtful one that is rarer than a sure one (brackets, superscripts) is not a form of marker.
    """
    certain = collections.Counter()
    for text in texts:
        certain.update(certain_numbers(text, known_markers))
    bare = _numbered(texts, bare_candidates, known_markers, min_words=MIN_WORDS)
    round_ = _numbered(texts, parenthesised_candidates, known_markers, min_words=0) if known_markers else 0
    sure = max(certain.values(), default=0)
    others = max(certain["bracket"], certain["superscript"], bare, round_)
    return Style(
        bare=bare > 0 and bare >= max(certain["bracket"], certain["superscript"], round_),
        parenthesised=round_ >= MIN_BLOCKS and round_ >= max(sure, bare + 1),
        glued=bool(known_markers) and certain["glued"] >= max(MIN_BLOCKS, others),
    )


def _numbered(
    texts: Sequence[str],
    candidates: Callable[[str], Sequence[tuple[str, ...]]],
    known: frozenset[str],
    *,
    min_words: int,
) -> int:
    """How many statements end in numbers of this form, 0 if these are not numbered like a reference list."""
    last = slice(None) if candidates is parenthesised_candidates else slice(-1, None)
    found = [markers for text in texts if len(text.split()) > min_words for markers in candidates(text)[last]]
    numbers = {int(marker) for markers in found for marker in markers}
    if len(found) < MIN_BLOCKS:
        return 0
    listed = {int(marker) for marker in known if marker.isdecimal()}
    fits = numbers <= listed if listed else 1 in numbers and max(numbers) <= 2 * len(numbers)
    return len(found) if fits else 0
