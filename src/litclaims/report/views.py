"""What the terminal shows of each table: a few columns that matter at 80 characters, and how their cells are said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litclaims.report.cells import interval_text, missing, number_text, visible

FLAG, AGREES, OTHER = "✗", "✓", "–"
MAX_CELL = 300
AGREEING = frozenset({"agree", "contained", "overlap"})
_MOST_COLUMNS = 6

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the terminal view.

    Attributes:
        share: of the width that is left; 0 for a column as wide as its cells.
        floor: columns it keeps when the width is short, so that a figure is not broken.
        name: True for file names, which are broken after a separator.
    """

    header: str
    cell: Callable[[Row], str]
    share: int = 0
    floor: int = 0
    name: bool = False


def _plain_cell(name: str) -> Callable[[Row], str]:
    return lambda row: said(row[name])


def said(value: Any, default: str = "") -> str:
    """A cell as harmless text on one line; a long one is cut between words, with dots."""
    if missing(value):
        return default
    if isinstance(value, float):
        return number_text(value)
    text = visible(str(value))
    return text if len(text) <= MAX_CELL else text[:MAX_CELL].rsplit(" ", 1)[0] + " …"


def _words(*names: str) -> Callable[[Row], str]:
    """Several cells as one, those that are said, with a comma."""
    return lambda row: ", ".join(filter(None, (said(row[name]).replace("_", " ") for name in names)))


def _figure(row: Row) -> str:
    return visible(row["figure"])


def _amount(row: Row) -> str:
    return interval_text(row["low"], row["high"], row["unit"], row.get("bound"))


def _amount_per(row: Row) -> str:
    return _amount(row) + per(row["basis"], row["unit"])


def per(basis: str | None, unit: str) -> str:
    if basis is None or visible(unit).endswith(f"/{basis}"):
        return ""
    return " in total" if basis == "total" else f" per {said(basis)}"


def reason_cell(row: Row) -> str:
    return visible(row["reason"])


def _mark(row: Row) -> str:
    return FLAG if row["flag"] else ""


def _against(row: Row) -> str:
    return f"{row['n_disagree']:,} / {row['n_agree']:,}"


def verdict_mark(row: Row) -> str:
    if row["flag"]:
        return FLAG
    return AGREES if row["verdict"] in AGREEING else OTHER


def said_figure(row: Row, side: str) -> str:
    """The figure as written and, where it reads otherwise, what it means: ``40–200M = 40–200 million cells``."""
    written = visible(row[f"figure_{side}"])
    meant = interval_text(row[f"low_{side}"], row[f"high_{side}"], row["unit"], row[f"bound_{side}"])
    return meant if meant.startswith(written) else f"{written} = {meant}"


def _author_year(row: Row) -> str:
    return " ".join(filter(None, (said(row["first_author"]), said(row["year"]))))


def _work(row: Row) -> str:
    told = ". ".join(filter(None, (said(row["title"]), said(row["journal"]))))
    return told or said(row["raw"])


def _identifier(row: Row) -> str:
    if not missing(row["doi"]):
        return f"doi:{visible(row['doi'])}"
    return f"PMID {visible(row['pmid'])}" if not missing(row["pmid"]) else said(row["url"])


VIEWS: dict[str, tuple[Column, ...]] = {
    "claims": (
        Column("Document", _plain_cell("doc"), name=True),
        Column("As written", _figure, share=4, floor=16),
        Column("Means", _amount_per, share=4, floor=16),
        Column("Measure", _words("measure")),
        Column("Route, site, condition", _words("route", "target", "condition"), share=4),
    ),
    "comparison": (
        Column("", _mark),
        Column("Measure", _words("measure")),
        Column("Value", _amount_per, share=4, floor=18),
        Column("Route, site, condition", _words("route", "target", "condition"), share=4),
        Column("Document", _plain_cell("doc"), name=True),
        Column("✗ / ✓", _against),
    ),
    "comparison_matrix": (
        Column("", _mark),
        Column("Measure", _words("measure")),
        Column("Route, site", _words("route", "target", "species"), share=2),
        Column("Documents", _plain_cell("n_documents")),
        Column("Value", _amount, share=2, floor=18),
        Column("Why flagged", _plain_cell("why"), share=4),
    ),
    "clusters": (
        Column("Measure", _words("measure")),
        Column("Value", _amount, share=3, floor=18),
        Column("Route, site, condition", _words("route", "basis", "target", "condition"), share=3),
        Column("Documents", _plain_cell("n_documents")),
        Column("Named", _plain_cell("docs"), share=4),
    ),
    "disagreements": (
        Column("", verdict_mark),
        Column("Verdict", _words("verdict", "grade", "measure"), share=2),
        Column("Document A", _plain_cell("doc_a"), share=2),
        Column("Figure A", lambda row: said_figure(row, "a"), share=3),
        Column("Document B", _plain_cell("doc_b"), share=2),
        Column("Figure B", lambda row: said_figure(row, "b"), share=3),
        Column("Reason", reason_cell, share=4),
    ),
    "changes": (
        Column("Change", _words("change")),
        Column("Of a", _words("kind", "measure")),
        Column("Document", _plain_cell("doc"), share=2),
        Column("Before", _plain_cell("before"), share=3),
        Column("After", _plain_cell("after"), share=3),
        Column("Why, or where", _plain_cell("reason"), share=4),
    ),
    "references": (
        Column("Document", _plain_cell("doc"), name=True),
        Column("No.", _plain_cell("marker")),
        Column("Author, year", _author_year, share=2),
        Column("Title", _work, share=5),
        Column("Identifier", _identifier, share=3),
    ),
    "sources": (
        Column("Cited by", _plain_cell("n_cited_by")),
        Column("Author, year", _author_year, share=2),
        Column("Title", lambda row: said(row["title"]) or said(row["journal"]), share=5),
        Column("Identifier", _plain_cell("source_id"), share=3),
        Column("Is document", _plain_cell("doc"), share=2),
    ),
    "stances": (
        Column("Document", _plain_cell("doc"), name=True),
        Column("Treatment", _plain_cell("intervention"), share=2),
        Column("Condition", _plain_cell("condition"), share=2),
        Column("Stance", _plain_cell("stance")),
        Column("Sentence", _plain_cell("sentence"), share=4),
    ),
    "documents": (
        Column("Document", _plain_cell("doc"), name=True),
        Column("Status", _plain_cell("status")),
        Column("Claims", _plain_cell("n_claims")),
        Column("Title or reason", lambda row: said(row["reason"]) or said(row["title"]), share=5),
    ),
}
"""The few columns of each table that matter at 80 columns."""


def view_of(name: str, columns: Sequence[str]) -> tuple[Column, ...]:
    """The view of a table; of one that has none its first columns as they are."""
    return VIEWS.get(name) or tuple(Column(each, _plain_cell(each), share=1) for each in columns[:_MOST_COLUMNS])
