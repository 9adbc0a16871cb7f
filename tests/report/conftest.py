"""The tables of the runs in sample_run.py, made once; a test gets copies, which it may change."""

from __future__ import annotations

import functools

import pandas as pd
import pytest

from litclaims.report.rows import frames
from report.sample_run import make_frames, make_hostile_frames

_run, _hostile = functools.cache(make_frames), functools.cache(make_hostile_frames)


@functools.cache
def _empty() -> dict[str, pd.DataFrame]:
    return frames([], [], [])


def _copies(made: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {name: table.copy() for name, table in made.items()}


@pytest.fixture
def run_frames():
    return _copies(_run())


@pytest.fixture
def hostile_frames():
    return _copies(_hostile())


@pytest.fixture
def empty_frames():
    return _copies(_empty())
