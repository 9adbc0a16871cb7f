"""Settings of all tests."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from litclaims.report.result import Result

ROOT = Path(__file__).resolve().parents[1]

# The same examples each time, so that a change is judged by what it changed; HYPOTHESIS_PROFILE=search looks for
# new ones.
settings.register_profile("repeat", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeat"))


@pytest.fixture(scope="session")
def corpus_run(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The example documents, run once for all tests that read its tables; ``.out`` is its folder. Not to be changed."""
    import litclaims

    return litclaims.run(ROOT / "corpus", tmp_path_factory.mktemp("corpus") / "outputs")
