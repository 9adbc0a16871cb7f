"""quantulum3 as a worker: see :mod:`benchmarks.peers.worker`.

It is told the cell words through ``load.add_custom_unit``, which its documentation offers for the purpose. Its optional
classifier is left out: that chooses between the readings of an ambiguous unit and never changes a value's digits. Run
with ``lines`` it is given a text line by line, with ``whole`` the text as it is: its time grows faster than a text's
length, so that lines are its better way.
"""

from __future__ import annotations

import sys
import warnings
from importlib.metadata import version

from benchmarks.peers.worker import Quantity, by_line, quantity, serve, words

warnings.filterwarnings("ignore", message="Classifier dependencies not installed")

from quantulum3 import load, parser  # noqa: E402  (it warns while it is imported)

CELL_UNIT = "cell"
GIVEN_PER = ("", " per kilogram", " per gram", " per square metre")


def add_cells() -> None:
    """Make the cell words a unit."""
    load.add_custom_entity("cell count", dimensions=[], uri=None)
    load.add_custom_unit(name=CELL_UNIT, surfaces=words()["cells"], entity="cell count", symbols=[])


def parse(text: str) -> list[Quantity]:
    """Its quantities. A range and a spread both come as a value with an uncertainty, so either reading is let stand."""
    found = []
    for item in parser.parse(text):
        readings = [[item.value, item.value]]
        if item.uncertainty is not None:
            readings.append([item.value - item.uncertainty, item.value + item.uncertainty])
        name = item.unit.name
        cells = name.startswith(CELL_UNIT) and name.removeprefix(CELL_UNIT) in GIVEN_PER
        found.append(quantity(*item.span, readings, cells=cells, unit=name))
    return found


if __name__ == "__main__":
    add_cells()
    serve(by_line(parse) if sys.argv[1] == "lines" else parse, {"quantulum3": version("quantulum3")})
