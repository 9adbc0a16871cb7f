"""What a run found, for a notebook: typed tables, and documents with their figures marked."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from litclaims.errors import InputError
from litclaims.model import DOSE_MEASURES, Extraction, Outcome
from litclaims.report.cells import records, visible
from litclaims.report.explain import explain
from litclaims.report.highlight import marked
from litclaims.report.marks import Highlight, claim_mark, highlighted, mention_marks

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WORST_SHOWN = 5
"""Disagreements in the notebook's summary."""


@dataclass(frozen=True, repr=False)
class Result:
    """What a run found. A notebook shows a summary and the gravest disagreements.

    The tables are pandas DataFrames with the columns and types of :mod:`litclaims.tables`, which
    ``litclaims schemas`` and docs/reference/tables.md list. A text is a ``str``, a whole number an ``Int64``, a
    value a ``float64``; what is not stated is missing (``pd.NA`` or NaN). Values are in canonical units: counts in
    ``cell``, ``cell/kg`` or ``cell/mL``, volumes in ``mL``, masses in ``mg``, times in days (``d``), ages in years
    (``a``), rates in ``1/d``, shares in ``1``; an open side of an interval is missing.

    Attributes:
        tables: every table by its name.
        outcomes: an :class:`litclaims.model.Outcome` for each input, with all that was read in it.
        out: the folder that the run wrote to, None if it wrote nothing.
        files: the files written, by name.
        text_of: gives the text of a document by its name, where the outcome does not hold it.
        read_of: gives all that was read in a document, where the outcome holds an excerpt of it.
    """

    tables: Mapping[str, pd.DataFrame]
    outcomes: tuple[Outcome, ...] = ()
    out: Path | None = None
    files: Mapping[str, Path] = field(default_factory=dict)
    text_of: Callable[[str], str] | None = None
    read_of: Callable[[str], Extraction] | None = None

    @property
    def claims(self) -> pd.DataFrame:
        """A row a claim: the figure as written, ``low`` to ``high`` in ``unit``, and what it hangs on.

        ``start`` and ``end`` are half-open character offsets into the ingested text. A row follows the annotation
        guide of the project's gold files: only what is given to a subject is a dose.
        """
        return self.tables["claims"]

    @property
    def comparison(self) -> pd.DataFrame:
        """A row a position: the envelope, ``low`` to ``high``, of what one document holds of one measure.

        At ``level`` ``site`` for one route, basis, site, condition and cell type; at ``route`` over all sites and
        conditions of a route. ``claim_ids`` name the rows of :attr:`claims` under it.
        """
        return self.tables["comparison"]

    @property
    def comparison_matrix(self) -> pd.DataFrame:
        """A row a measure, unit, route and site, a column a document, each cell in words; ``flag`` and ``why`` last."""
        return self.tables["comparison_matrix"]

    @property
    def clusters(self) -> pd.DataFrame:
        """A row a group of positions alike in every facet whose intervals overlap in a chain."""
        return self.tables["clusters"]

    @property
    def disagreements(self) -> pd.DataFrame:
        """A row a verdict between two positions, flagged or not, the gravest first; docs/verdicts.md explains them."""
        return self.tables["disagreements"]

    @property
    def flagged(self) -> pd.DataFrame:
        """The rows of :attr:`disagreements` that a reader should look at, without those that repeat another."""
        verdicts = self.disagreements
        return verdicts[verdicts["flag"] & verdicts["repeats"].isna()]

    @property
    def references(self) -> pd.DataFrame:
        """A row an entry of a reference list, with its fields as far as they could be read."""
        return self.tables["references"]

    @property
    def sources(self) -> pd.DataFrame:
        """A row a cited work, over the reference lists of all documents, with who cites it."""
        return self.tables["sources"]

    @property
    def stances(self) -> pd.DataFrame:
        """A row a stance: what a document holds of an intervention for a condition."""
        return self.tables["stances"]

    @property
    def documents(self) -> pd.DataFrame:
        """A row an input, with ``status`` and, where it was not read, the ``reason``."""
        return self.tables["documents"]

    def highlight(self, doc: str) -> Highlight:
        """The text of a document with all that was found in it marked by kind; hover over a mark to see its meaning.

        Args:
            doc: its name in the column ``doc``.

        Raises:
            InputError: there is no such document, or it could not be read.
        """
        outcome = next((one for one in self.outcomes if one.doc == doc), None)
        if outcome is None:
            names = [one.doc for one in self.outcomes]
            near = difflib.get_close_matches(doc, names, n=5) or names[:5]
            raise InputError(f"no document {doc!r}", remedy=f"there are {', '.join(near) or 'none'}")
        marks = [claim_mark(**row) for row in records(self.claims[self.claims["doc"] == doc])]
        read = outcome.extraction
        if read is not None and read.excerpt is not None and self.read_of is not None:
            read = self.read_of(doc)
        if read is None:
            return highlighted(doc, self._text(outcome), marks)
        # a run that was resumed may keep no more than the claims
        marks += mention_marks(read.claims, getattr(read, "mentions", ()))
        return highlighted(doc, read.document.text, marks)

    def _text(self, outcome: Outcome) -> str:
        if self.text_of is None or outcome.status in ("failed", "skipped"):
            raise InputError(
                f"{outcome.doc} was not read", remedy=outcome.reason or "see the table documents for the reason"
            )
        return self.text_of(outcome.doc)

    def explain(self, name: str) -> dict[str, Any]:
        """The whole proof of a verdict or a claim, as ``litclaims explain --format json`` gives it.

        Args:
            name: a ``pair_id`` or ``claim_id``, or the beginning of one.

        Raises:
            InputError: no or more than one has such an id.
        """
        return explain(self.tables.__getitem__, name)

    def plot(self, **asked: Any) -> Figure:
        """The interval chart as a matplotlib figure, which a notebook draws.

        Args:
            asked: ``measure``, ``route``, ``condition``, … a value or several each, ``level``, ``limit`` and
                ``number``: see :func:`litclaims.report.plot.interval_chart`.

        Raises:
            InputError: there is no such position to draw.
        """
        from litclaims.report.plot import interval_chart  # late: matplotlib is slow to import, and few draw

        return interval_chart(self.comparison, **asked).figure

    def __repr__(self) -> str:
        return f"<Result: {'; '.join(self._told())}>"

    def _told(self) -> list[str]:
        statuses = Counter(self.documents["status"])
        doses = int(self.claims["measure"].isin(DOSE_MEASURES).sum())
        verdicts = int(self.disagreements["repeats"].isna().sum())
        read = ", ".join(f"{number:,} {status}" for status, number in sorted(statuses.items())) or "none"
        return [
            f"{len(self.documents):,} documents ({read})",
            f"{len(self.claims):,} claims ({doses:,} doses)",
            f"{verdicts:,} verdicts ({len(self.flagged):,} flagged)",
            f"written to {self.out}" if self.files else "nothing written",
        ]

    def _repr_html_(self) -> str:
        """The summary and the gravest disagreements with both sentences, the figures marked."""
        worst = records(self.flagged.head(WORST_SHOWN))
        entries = Markup("").join(map(_entry, worst))
        more = len(self.flagged) - len(worst)
        rest = Markup("<p>… and {:,} more in <code>.flagged</code></p>").format(more) if more > 0 else Markup("")
        page = Markup("<div><p><b>litclaims</b>: {}</p>{}{}</div>").format("; ".join(self._told()), entries, rest)
        return str(page)


def _entry(row: Mapping[str, Any]) -> Markup:
    sides = Markup("").join(
        Markup("<li><b>{}</b>: {}</li>").format(
            visible(row[f"doc_{side}"]), marked(row[f"sentence_{side}"], row[f"figure_{side}"])
        )
        for side in "ab"
    )
    told = " · ".join((row["verdict"], row["grade"], row["measure"], row["pair_id"]))
    return Markup("<details><summary>{}<br><small>{}</small></summary><ul>{}</ul></details>").format(
        visible(row["reason"]), visible(told.replace("_", " ")), sides
    )
