"""Evaluation: gold annotations, scores, gains and losses, and the gate that holds what was reached.

:mod:`~litclaims.evaluate.gold` reads annotations, :mod:`~litclaims.evaluate.score` judges predictions against them,
:mod:`~litclaims.evaluate.diff` compares two scores, :mod:`~litclaims.evaluate.gate` holds floors,
:mod:`~litclaims.evaluate.run` puts them in order.
"""

from litclaims.evaluate.gold import read_gold
from litclaims.evaluate.report import format_report
from litclaims.evaluate.run import evaluate, run_evaluation
from litclaims.evaluate.score import Score, score_document
from litclaims.evaluate.serialise import to_json

__all__ = ["Score", "evaluate", "format_report", "read_gold", "run_evaluation", "score_document", "to_json"]
