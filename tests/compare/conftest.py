"""Claims and positions made by hand, and a small is-a relation, so that no test hangs on the vocabulary."""

from decimal import Decimal

import pytest

from litclaims.model import Claim, Position, Quantity, Slot, Span

KINDS_OF = {
    ("target", "knee"): "joint",
    ("basis", "knee"): "joint",
    ("cell_type", "adipose-derived stem cell"): "mesenchymal stromal cell",
    ("route", "caudal epidural"): "epidural",
}


def small_is_a(kind: str, label: str, ancestor: str) -> bool:
    """The is-a relation of the tests: one step up."""
    return label == ancestor or KINDS_OF.get((kind, label)) == ancestor


def decimal(value: object) -> Decimal | None:
    """An exact value of whatever YAML or a test gives; None stays None."""
    return None if value is None else Decimal(str(value))


def _ends(value, low, high, bound):
    low, high = (decimal(value), decimal(value)) if value is not None else (decimal(low), decimal(high))
    one_sided = "at_most" if low is None else "at_least"
    default = "exact" if low == high else "range"
    return low, high, bound or (one_sided if None in (low, high) else default)


def make_claim(
    doc="A.txt",
    *,
    start=0,
    value=None,
    low=None,
    high=None,
    bound=None,
    unit="cell",
    measure="cell_dose",
    guessed=False,
    citations=(),
    **slots,
) -> Claim:
    """A claim; ``start`` is its place in the text and, with the document, its id. Slots are strings or lists."""
    low, high, bound = _ends(value, low, high, bound)
    named = {name: (found,) if isinstance(found, str) else tuple(found) for name, found in slots.items() if found}
    return Claim(
        claim_id=f"{doc}-{start}",
        doc=doc,
        doc_id=f"id of {doc}",
        span=Span(start, start + 5),
        figure=f"{low}-{high}",
        measure=measure,
        quantity=Quantity(low, high, unit, bound=bound, guessed=guessed),
        sentence=Span(start, start + 20),
        slots=tuple(Slot(name, values) for name, values in named.items()),
        citations=tuple(citations),
    )


def make_position(
    *,
    doc="A.txt",
    level="site",
    measure="cell_dose",
    unit="cell",
    value=None,
    low=None,
    high=None,
    bound=None,
    **facets,
) -> Position:
    """A position with the facets given; its id is its document and its values."""
    low, high, bound = _ends(value, low, high, bound)
    several = ("route", "target", "condition", "citations")
    facets = {name: tuple(found) if name in several else found for name, found in facets.items()}
    return Position(
        position_id=f"{doc} {low} {high} {bound} {unit} {sorted(facets.items())}",
        level=level,
        doc=doc,
        doc_id=f"id of {doc}",
        measure=measure,
        unit=unit,
        low=low,
        high=high,
        bound=bound,
        claim_ids=(f"{doc} {low} {high}",),
        **facets,
    )


def sentence_of(claim: Claim) -> str:
    """The text of a claim's sentence."""
    return f"Sentence of {claim.claim_id}."


@pytest.fixture
def claim():
    return make_claim


@pytest.fixture
def position():
    return make_position


@pytest.fixture
def is_a():
    return small_is_a


@pytest.fixture
def sentences():
    return sentence_of


@pytest.fixture
def essay():
    """An essay: a dose per session with no route, one into the knee, one into a vein."""
    return [
        make_claim("essay.txt", start=0, low="40e6", high="200e6", basis="session", target=["knee", "back"]),
        make_claim(
            "essay.txt", start=100, low="15e6", high="50e6", basis="knee", route="intra-articular", target="knee"
        ),
        make_claim("essay.txt", start=200, low="100e6", high="200e6", basis="session", route="intravenous"),
    ]


@pytest.fixture
def muscles():
    """A page on muscles: three doses by the size of the muscle group."""
    doses = (("2e6", "5e6", "small"), ("10e6", "20e6", "medium"), ("30e6", "50e6", "large"))
    return [
        make_claim(
            "muscle.txt",
            start=50 * index,
            low=low,
            high=high,
            route="intramuscular",
            target=f"{size} muscle group",
            cell_type="mesenchymal stromal cell",
        )
        for index, (low, high, size) in enumerate(doses)
    ]
