"""Settings of all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from litclaims.model import Outcome
    from litclaims.report.result import Result

ROOT = Path(__file__).resolve().parents[1]

# The same examples each time, so that a change is judged by what it changed; HYPOTHESIS_PROFILE=search looks for
# new ones.
settings.register_profile("repeat", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeat"))


@pytest.fixture(scope="session")
def corpus_outcomes() -> tuple[Outcome, ...]:
    """What is read in the example documents, once for all tests. Not to be changed."""
    from litclaims import reading
    from litclaims.inputs import find_inputs

    with reading.session():
        return tuple(reading.extract_input(item) for item in find_inputs([ROOT / "corpus"]).items)


@contextmanager
def corpus_read_once(outcomes: Sequence[Outcome]) -> Iterator[None]:
    """While runs of the example documents, wherever they are copied, read none of them again."""
    from litclaims import reading

    known, genuine = {outcome.doc: outcome for outcome in outcomes}, reading.extract_input

    def extract_input(item, **given):
        original = ROOT / "corpus" / item.doc
        if any(given.values()) or item.doc not in known or item.path.read_bytes() != original.read_bytes():
            return genuine(item, **given)
        return replace(known[item.doc], source=item.source)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "extract_input", extract_input)
        yield


@pytest.fixture(scope="session")
def corpus_run(corpus_outcomes: Sequence[Outcome], tmp_path_factory: pytest.TempPathFactory) -> Result:
    """A run of the example documents; ``.out`` is its folder. Not to be changed."""
    import litclaims

    with corpus_read_once(corpus_outcomes):
        return litclaims.run(ROOT / "corpus", tmp_path_factory.mktemp("corpus") / "outputs")


@pytest.fixture
def corpus_read(corpus_outcomes: Sequence[Outcome]) -> Iterator[None]:
    """The example documents are not read again in this test; see :func:`corpus_read_once`."""
    with corpus_read_once(corpus_outcomes):
        yield
