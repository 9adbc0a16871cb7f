"""litclaims as a worker: see :mod:`benchmarks.peers.worker`. Run with one of three depths:

* ``pipeline``: all that is read in one document: claims with what they hang on, references, stances;
* ``figures``: tokens, sentences, abbreviations, citation marks and figures with their measures;
* ``grammar``: the passes that read figures and units, each line taken for one sentence. No spaCy, and no less than what
  quantulum3 does.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

import litclaims
from benchmarks.peers.worker import Quantity, by_line, quantity, serve
from litclaims import normalize
from litclaims.extract import cell_words, figures, markers
from litclaims.extract.quantity import Context, Finding, find_quantities
from litclaims.ingest import from_text
from litclaims.model import DOSE_MEASURES, Span
from litclaims.model import Quantity as Value
from litclaims.segment import segment, view


def parse_grammar(text: str) -> list[Quantity]:
    """The figures of one line."""
    return _given(find_quantities(view(text), Context(sentences=(Span(0, len(text)),))), 0)


def parse_figures(text: str) -> list[Quantity]:
    """The figures of a text."""
    segmented = segment(from_text(text, doc="text"))
    marks, nouns = markers(segmented, ()), cell_words(segmented)
    found: list[Quantity] = []
    for index, part in enumerate(segmented.parts):
        found += _given(figures(segmented, part, nouns=nouns, marks=marks.get(index, ())), part.start)
    return found


def parse_pipeline(text: str) -> list[Quantity]:
    """The claims of a text."""
    # the pipeline is heavy to load, and the other two depths do not need it
    from litclaims.reading import extract_text

    found = []
    for claim in extract_text(text, doc="text").claims:
        item = _quantity(claim.span, claim.quantity, claim.measure)
        found.append({**item, "bound": claim.quantity.bound, "basis": claim.value("basis") or ""})
    return found


def _given(findings: Iterable[Finding], offset: int) -> list[Quantity]:
    """The figures that were read to be figures of something; an unparsed one is silence."""
    return [
        _quantity(Span(finding.start + offset, finding.end + offset), normalize.quantity(finding), finding.measure)
        for finding in findings
        if finding.measure
    ]


def _quantity(span: Span, value: Value, measure: str) -> Quantity:
    ends = [float(end) for end in (value.low, value.high) if end is not None]
    return quantity(span.start, span.end, [ends], cells=measure in DOSE_MEASURES, unit=value.unit)


PARSERS = {"pipeline": parse_pipeline, "figures": parse_figures, "grammar": by_line(parse_grammar)}

if __name__ == "__main__":
    serve(PARSERS[sys.argv[1]], {"litclaims": litclaims.__version__})
