"""The samples of the reading benchmark: the same each time, and read as what they are."""

from __future__ import annotations

import pytest

from benchmarks.ingest import FORMATS, paragraphs, speed
from litclaims import ingest


def test_samples_are_the_same_each_time():
    assert paragraphs(5, 1) == paragraphs(5, 1) != paragraphs(5, 2)


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)
def test_a_sample_is_read_whole_or_its_format_is_left_out_with_a_word(kind, tmp_path):
    if kind.suffix not in ingest.readers():
        assert "skipped: there is no reader" in speed(kind, tmp_path)
        return
    path = tmp_path / f"a{kind.suffix}"
    kind.make(path, 20)
    assert len(ingest.read(path, seconds=60).blocks) >= 20
