"""Two statements that rest on the same cited source: one source, not two.

**Flag**: never; it keeps one trial that is quoted seven times from counting as seven that agree.

**Leave alone**: intervals that share nothing, since two quotations of one source that contradict each other are a
conflict to look at; sources of which neither side's are all among the other's; bare markers of different documents,
which number different lists.
"""

from __future__ import annotations

import re

from litclaims.compare.finding import Context, Finding, both
from litclaims.compare.interval import of, overlap
from litclaims.model import Position

PRIORITY = 60

_KEY = re.compile(r"[a-z]+:\S+")  # "doi:10.1000/1"; a bare "3" is a marker


def check(a: Position, b: Position, context: Context) -> Finding | None:
    """Compare the sources of the two; all of one must be among those of the other."""
    ours, theirs = _sources(a, same=a.doc == b.doc), _sources(b, same=a.doc == b.doc)
    common = ours & theirs
    shared = overlap(of(a), of(b))
    if not common or common not in (ours, theirs) or shared is None:
        return None
    reason = f"{both(a, b)} rest on the same source ({', '.join(sorted(common))}): one source, not two"
    return Finding("inherited", severity=0.0, reason=reason, shared=shared)


def _sources(position: Position, *, same: bool) -> frozenset[str]:
    """Reference keys of a position; none if it also rests on a marker that means nothing to the other document."""
    keys = frozenset(citation.lower() for citation in position.citations)
    return keys if same or all(_KEY.fullmatch(key) for key in keys) else frozenset()
