"""Comparison: what each document holds of a measure, and how two documents, or two places of one, stand to each other.

Positions are made from claims (:mod:`~litclaims.compare.positions`), paired within a measure, and judged by the rules
in :mod:`~litclaims.compare.rules`, which are tried in order of their ``PRIORITY``. What stands together is told by
clusters, and what all say together by the consensus.
"""

from litclaims.compare.duplicates import Signature, find_duplicates, judge_figures, signature
from litclaims.compare.positions import positions
from litclaims.compare.stances import stance_verdicts
from litclaims.compare.verdicts import Comparison, compare, compare_positions, verdicts

__all__ = [
    "Comparison",
    "Signature",
    "compare",
    "compare_positions",
    "find_duplicates",
    "judge_figures",
    "positions",
    "signature",
    "stance_verdicts",
    "verdicts",
]
