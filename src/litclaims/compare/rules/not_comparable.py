"""Two figures that must not be set against each other.

**Flag**: never; the pair is listed with the facet that forbids it: one figure is negated or hypothetical, one is for an
animal and the other for humans, or the units cannot be converted into each other.

**Leave alone**: facets that merely differ (route, basis, site, condition, cell type, one animal against another), which
lower the grade; a species that one side leaves unsaid; planned against given; per kg against absolute.
"""

from __future__ import annotations

from litclaims.compare.comparability import forbidden
from litclaims.compare.finding import Context, Finding, both
from litclaims.model import Position

PRIORITY = 10


def check(a: Position, b: Position, context: Context) -> Finding | None:
    """Refuse what :func:`litclaims.compare.comparability.forbidden` forbids, at grade cross."""
    found = forbidden(a, b)
    if found is None:
        return None
    facet, why = found
    reason = f"{both(a, b)} cannot be compared because of the {facet}: {why}"
    return Finding("not_comparable", severity=0.0, reason=reason, grade="cross")
