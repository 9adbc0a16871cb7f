"""How a document states a figure: recommended, reported, cited, planned, hypothetical or negated."""

from __future__ import annotations

import functools
import re
from collections import Counter

from litclaims.vocab.wordlist import alternation, rows

ORDER = ("negated", "hypothetical", "cited", "planned", "recommended", "reported")
"""The first of these with a cue in the sentence counts: what is denied or supposed is not also planned."""

VOTING = ("planned", "recommended", "reported")
"""What a document as a whole can be: a registry plans, a guideline recommends, a paper reports."""


@functools.cache
def _cues() -> tuple[re.Pattern[str], dict[str, str]]:
    found = {row.surface: row.get("status") for row in rows("status", "status")}
    return re.compile(rf"(?<!\w)(?:{alternation(list(found))})(?!\w)", re.IGNORECASE), found


def counts(text: str) -> Counter[str]:
    """How often each status is cued in a text."""
    pattern, statuses = _cues()
    return Counter(statuses[re.sub(r"\s+", " ", match.group().lower())] for match in pattern.finditer(text))


def status_of(sentence: str, *, clause: str, document: str | None, is_cited: bool) -> tuple[str | None, str]:
    """Status of a figure and the step that gave it: its sentence, else what the document mostly does.

    ``negated`` and ``hypothetical`` count only in the figure's own clause. A statement under a citation marker is
    another work's, unless it plans or recommends.
    """
    own, wide = counts(clause), counts(sentence)
    for status in ORDER:
        if (own if status in ("negated", "hypothetical") else wide)[status]:
            found = "cited" if status == "reported" and is_cited else status
            return found, "sentence"
    if is_cited and document != "recommended":
        return "cited", "sentence"
    return (document, "document") if document else (None, "")


def document_status(texts: list[str]) -> str | None:
    """What a document mostly does with its figures, None if its sentences tell nothing."""
    total: Counter[str] = Counter()
    for text in texts:
        found = counts(text)
        total.update({status: 1 for status in VOTING if found[status]})
    if not total:
        return None
    best, count = max(total.items(), key=lambda item: (item[1], -VOTING.index(item[0])))
    return best if count >= 2 else None
