"""The tables of the runs in sample_run.py."""

from __future__ import annotations

import pytest

from litclaims.report.rows import frames
from report.sample_run import make_frames, make_hostile_frames


@pytest.fixture
def run_frames():
    return make_frames()


@pytest.fixture
def hostile_frames():
    return make_hostile_frames()


@pytest.fixture
def empty_frames():
    return frames([], [], [])
