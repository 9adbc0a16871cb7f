"""A document quotes another one of the corpus and gives a figure that is not in it.

**Flag**: a position that is cited, whose every citation names the other document, and whose interval lies within none
of the intervals which that document holds of the measure in the same unit.

**Leave alone**: a figure that any position of the quoted document holds (one arm of three); a statement that cites
other works too, since the figure may be theirs; guessed figures; another unit; bare markers such as ``3``, which name
nothing outside their own document.
"""

from __future__ import annotations

from litclaims.compare.finding import Context, Corpus, Finding
from litclaims.compare.interval import contained, equal, of
from litclaims.compare.wording import say_position
from litclaims.model import Position

PRIORITY = 20

SEVERITY = 0.9
"""Nearly the highest: it can be checked by opening one document, and is a plain error if it holds."""


def check(a: Position, b: Position, context: Context) -> Finding | None:
    """Look at the pair both ways round: either may quote the other."""
    for quoting, quoted in ((a, b), (b, a)):
        if _quotes(quoting, quoted, context.corpus) and not _holds(quoting, quoted, context.corpus):
            reason = (
                f"{say_position(quoting, other=quoted)} is ascribed to a source that gives"
                f" {say_position(quoted, other=quoting)}"
            )
            return Finding("misquoted", severity=SEVERITY, reason=reason, flag=True)
    return None


def _quotes(quoting: Position, quoted: Position, corpus: Corpus) -> bool:
    keys = corpus.document_keys.get(quoted.doc, frozenset())
    return (
        quoting.status == "cited"
        and not (quoting.guessed or quoted.guessed)
        and quoting.doc != quoted.doc
        and quoting.unit == quoted.unit
        and bool(quoting.citations)
        and all(citation.lower() in keys for citation in quoting.citations)
    )


def _holds(quoting: Position, quoted: Position, corpus: Corpus) -> bool:
    ours = of(quoting)
    stated = corpus.stated.get((quoted.doc, quoted.measure, quoted.unit), (quoted,))
    return any(equal(ours, of(position)) or contained(ours, of(position)) for position in stated)
