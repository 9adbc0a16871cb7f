"""One figure lies within the other.

**Flag**: never: the narrower figure contradicts nothing that the wider one says.

**Leave alone**: the same figure twice; intervals that stick out on either side; a limit at an end which the other side
excludes (6 against less than 6).
"""

from __future__ import annotations

from litclaims.compare.finding import Context, Finding
from litclaims.compare.interval import contained, of
from litclaims.compare.wording import say_position
from litclaims.model import Position

PRIORITY = 80

SEVERITY = 0.05
"""Above zero, so that it sorts before plain agreement."""


def check(a: Position, b: Position, context: Context) -> Finding | None:
    """Look at the pair both ways round; what they share is the inner one."""
    for inner, outer in ((a, b), (b, a)):
        if contained(of(inner), of(outer)):
            reason = f"{say_position(inner, other=outer)} lies within {say_position(outer, other=inner)}"
            return Finding("contained", severity=SEVERITY, reason=reason, shared=of(inner))
    return None
