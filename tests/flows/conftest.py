"""One Prefect server for all flow tests: it takes ten seconds to make its database, a flow on it one or two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from litclaims.flows.server import prefect_server

GOOD = "Each knee received 20 to 40 million mesenchymal stromal cells by intra-articular injection.\n"
OTHER = "Each knee received 200 to 400 million mesenchymal stromal cells by intra-articular injection.\n"


@dataclass(frozen=True)
class Api:
    address: str
    state: Path


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A server that is up, shared, with the environment set for it."""
    state = tmp_path_factory.mktemp("state")
    with prefect_server(state, shared=True) as address:
        yield Api(address, state)


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """A folder with two documents that disagree and one that is no UTF-8."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "good.txt").write_text(GOOD, encoding="utf-8")
    (folder / "other.txt").write_text(OTHER, encoding="utf-8")
    (folder / "broken.txt").write_bytes(b"\xff\xfe\x00 50 million cells")
    return folder
