import pandas as pd
import pytest

from litclaims import tables
from litclaims.errors import TableError

DOCUMENT = {"doc": "a.txt", "source": "a.txt", "status": "ok", "n_claims": 1, "chars": 10, "seconds": 0.1}


@pytest.mark.parametrize("rows", [[], [DOCUMENT], [DOCUMENT | {"title": 5, "chars": "7"}]])
def test_a_table_is_as_its_whole_schema_makes_it(rows):
    made = tables.frame("documents", rows)
    whole = pd.DataFrame([{name: row.get(name) for name in made} for row in rows], columns=list(made))
    pd.testing.assert_frame_equal(made, tables.TABLES["documents"].validate(whole))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"status": "lost"}, "status: isin"),
        ({"source": None}, "source: not_nullable"),
        ({"n_claims": "many"}, "n_claims: .*'many'"),
        ({"chars": -1}, "chars: greater_than_or_equal_to"),
    ],
)
def test_a_value_that_breaks_the_schema_is_told_with_its_column(change, told):
    with pytest.raises(TableError, match=told):
        tables.frame("documents", [DOCUMENT | change])


def test_a_column_that_is_not_of_the_table_is_refused():
    table = tables.frame("documents", [DOCUMENT]).assign(extra="x")
    with pytest.raises(TableError, match="extra"):
        tables.validate("documents", table)


def test_a_text_given_as_a_number_becomes_a_text():
    assert tables.frame("documents", [DOCUMENT | {"title": 5}])["title"].tolist() == ["5"]
