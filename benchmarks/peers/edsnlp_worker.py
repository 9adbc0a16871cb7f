"""EDS-NLP's ``eds.quantities`` as a worker: see :mod:`benchmarks.peers.worker`.

Its vocabulary is French and clinical. Through the parameters that its documentation offers for the purpose it is told
the cell words, the English number and range words, and the powers of ten in the spellings that it can tokenise.
"""

from __future__ import annotations

import re
from importlib.metadata import version

import edsnlp
from edsnlp.pipes.misc.quantities import patterns

from benchmarks.peers.worker import Quantity, quantity, serve, words

POWERS = range(3, 14)
SIGNS = "x×*"
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
SCALES = ("count", "cell")
"""The dimensions whose factors belong to the number; a kilogram's does not."""

GIVEN = ("{'cell': 1}", "{'cell': 1, 'mass': -1}")
"""Its dimensions of what may be given; a surface is told by its unit: square centimetres are those of a dish."""


def units() -> dict[str, dict]:
    """Its own units, with cells, English multipliers and powers of ten among them."""
    told, found = words(), dict(patterns.units_config)
    cells = [form for word in told["cells"] for form in (word, f"{word}s")]
    found["cell"] = {"dim": "cell", "degree": 1, "scale": 1.0, "terms": cells, "followed_by": None}
    for word, scale in told["multipliers"].items():
        found[word] = {"dim": "count", "degree": 0, "scale": scale, "terms": [word, f"{word}s"], "followed_by": None}
    for power in POWERS:
        tens = (f"10^{power}", "10" + str(power).translate(SUPERSCRIPTS))
        terms = [f"{sign}{space}{ten}" for sign in SIGNS for space in ("", " ") for ten in tens]
        own = found[f"x10*{power}"]
        found[f"x10*{power}"] = {**own, "terms": [*own["terms"], *terms]}
    return found


def numbers() -> dict[str, list[str]]:
    """Its own number words, with the English ones."""
    told = words()["numbers"]
    return {
        value: [*patterns.number_terms.get(value, ()), *told.get(value, ())]
        for value in {**patterns.number_terms, **told}
    }


def pipeline(config: dict[str, dict]):
    """A blank pipeline with its tokenizer, its sentences and its quantities."""
    told = words()
    nlp = edsnlp.blank("eds")
    nlp.add_pipe("eds.sentences")
    nlp.add_pipe(
        "eds.quantities",
        config={
            "quantities": "all",
            "units_config": config,
            "number_terms": numbers(),
            "extract_ranges": True,
            "use_tables": False,
            "unit_divisors": [*patterns.unit_divisors, *told["per"]],
            "stopwords": [*patterns.stopwords, *told["between_numbers"]],
            "range_patterns": [*patterns.range_patterns, *map(tuple, told["ranges"])],
        },
    )
    return nlp


def base(value: float, unit: str, config: dict[str, dict]) -> float:
    """A value with the multipliers that stand in its unit: 2 ``million_cell_per_kg`` is 2,000,000."""
    for part in re.split("(?<!per)_", unit):
        if part in config and config[part]["dim"] in SCALES:
            value *= config[part]["scale"]
    return value


def is_cells(value) -> bool:
    """True for cells alone, or per body weight or surface."""
    dimensions, _ = value.registry.parse_unit(value.unit)
    return dimensions in GIVEN or value.unit.endswith("cell_per_m2")


def main() -> None:
    config = units()
    nlp = pipeline(config)

    def parse(text: str) -> list[Quantity]:
        found = []
        for span in nlp(text).spans["quantities"]:
            value = span._.value
            ends = [base(part.value, part.unit, config) for part in value]
            found.append(quantity(span.start_char, span.end_char, [ends], cells=is_cells(value), unit=value.unit))
        return found

    serve(parse, {"edsnlp": version("edsnlp"), "spacy": version("spacy")})


if __name__ == "__main__":
    main()
