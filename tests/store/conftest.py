"""Every test of the store runs twice: on SQLite, and on PostgreSQL where there is one.

A test says ``Store.open(path)`` as a user does; on PostgreSQL each path is a schema of its own, empty at first. What is
about the SQLite file itself is marked ``sqlite``, or known by its use of the module ``sqlite3``.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

import postgres
from litclaims.store import Store
from litclaims.store.ledger import FILE
from litclaims.store.parts import FOLDER


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on both databases, but for one that looks into the file."""
    if "database" not in metafunc.fixturenames:
        return
    names = metafunc.function.__code__.co_names
    only_file = "sqlite3" in names or any(metafunc.definition.iter_markers("sqlite"))
    metafunc.parametrize("database", ["sqlite"] if only_file else ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[URL]:
    """A PostgreSQL that is up."""
    with postgres.running() as url:
        yield url


@pytest.fixture(autouse=True)
def database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The kind of database that this test's stores are in."""
    if request.param == "sqlite":
        yield request.param
        return
    url = request.getfixturevalue("postgresql")
    genuine, schemas = Store.open.__func__, {}
    with ExitStack() as stack:

        def open(cls: type[Store], path_or_url: str | Path, **given: object) -> Store:
            if "://" in str(path_or_url):
                return genuine(cls, path_or_url, **given)
            path = os.path.abspath(path_or_url)
            if path not in schemas:
                name = f"test_{uuid.uuid4().hex}"
                schemas[path] = stack.enter_context(postgres.schema(url, name)).render_as_string(hide_password=False)
                Path(path).parent.mkdir(parents=True, exist_ok=True)
                Path(path).touch()  # so that a store is seen to be there
                with genuine(cls, schemas[path]) as store:
                    store.parts(_parts_beside(Path(path)))  # a database on a server has to be told
            return genuine(cls, schemas[path], **given)

        monkeypatch.setattr(Store, "open", classmethod(open))
        yield request.param


def _parts_beside(path: Path) -> str:
    """Where the parts of a store in that file would be."""
    return str(path.with_name(FOLDER if path.name == FILE else f"{path.stem}-{FOLDER}"))
