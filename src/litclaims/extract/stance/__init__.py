"""What a document holds of an intervention for a condition: it supports it, is against it, or misses the evidence.

A stance needs a sentence that names the condition, names (or takes up) the intervention, and holds a cue that stands
to it as the cue file says; and the condition has to be what the document is about. Sentences that hedge, ask or list
contraindications say nothing. The evidence of all sentences is then weighed: what title, lead and conclusion say
counts more.
"""

from __future__ import annotations

from litclaims.extract.stance.evidence import Evidence, find_evidence
from litclaims.extract.stance.verdict import find_stances

__all__ = ["Evidence", "find_evidence", "find_stances"]
