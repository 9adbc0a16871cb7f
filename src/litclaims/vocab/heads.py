"""What columns of tables are of, by the words in their heads."""

from __future__ import annotations

import functools
import re

from litclaims.vocab.wordlist import alternation, rows

REFERENCE, OUTCOME, DOSE, ROUTE = "reference", "outcome", "dose", "route"
"""What columns are of that name other works, that tell what became of the treated, that hold doses, and that say how
these are given."""

MAX_WORDS = 8
"""Words of a head."""


@functools.cache
def _heads() -> tuple[re.Pattern[str], dict[str, str]]:
    roles = {row.surface.lower(): row.get("role") for row in rows("column_heads", "role")}
    return re.compile(rf"(?<!\w){alternation(list(roles))}(?!\w)", re.IGNORECASE), roles


@functools.lru_cache(maxsize=4096)  # a head governs many cells
def role_of_head(head: str) -> str | None:
    """What a column is of, by the last of the words in its head that tell: ``Injection dose`` is of doses. One that
    tells of an outcome at all is of outcomes."""
    plain = head.split("(")[0].split(",")[0]
    found = [role for role, _ in roles_in(plain)] if len(plain.split()) <= MAX_WORDS else []
    return OUTCOME if OUTCOME in found else found[-1] if found else None


def roles_in(line: str) -> list[tuple[str, re.Match[str]]]:
    """What the columns are of that a line names, each with the words that name it, in order."""
    pattern, roles = _heads()
    return [(roles[_folded(match.group())], match) for match in pattern.finditer(line)]


def _folded(words: str) -> str:
    """Words as the list of heads has them."""
    return re.sub(r"\s+", " ", words.lower())
