"""All files of a run in one batch: the tables, the workbook, the page and the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from litclaims.model import Outcome
from litclaims.report.page import render_page
from litclaims.report.run_record import record_text
from litclaims.report.workbook import write_workbook
from litclaims.report.write import table_writers, text_writer, write_batch

PAGE = "report.html"
WORKBOOK = "litclaims.xlsx"
RECORD = "run.json"


def write_run(
    frames: Mapping[str, pd.DataFrame], out: Path, *, record: Mapping[str, Any], outcomes: Sequence[Outcome] = ()
) -> list[Path]:
    """Write every file of a run into ``out``: all of them or none.

    Args:
        frames: the tables, as of :func:`litclaims.report.rows.frames`.
        record: as of :func:`litclaims.report.run_record.run_record`.
        outcomes: of the run; the page shows their texts.

    Returns:
        The files written.

    Raises:
        litclaims.errors.OutputError: a file cannot be written; nothing of an earlier run is lost.
    """
    writers = table_writers(frames)
    writers[WORKBOOK] = lambda path: write_workbook(frames, path)
    writers[PAGE] = text_writer(lambda: render_page(frames, record=record, outcomes=outcomes))
    writers[RECORD] = text_writer(lambda: record_text(record))
    return write_batch(writers, out)
