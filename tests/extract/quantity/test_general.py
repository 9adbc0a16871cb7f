"""Quantities of general science text: what is one, where it begins and ends, and what is none."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litclaims.evaluate.measeval import SpanCounts, find_folders, read_measeval, score_measeval
from litclaims.extract.quantity.general import quantity_spans
from litclaims.extract.quantity.science_units import FORMS, unit_rows
from litclaims.vocab.wordlist import bounded, rows

MEASEVAL = Path(__file__).resolve().parents[3] / "../shared/data/measeval"

STRICT_FLOOR, OVERLAP_FLOOR = 0.60, 0.80
"""Above grobid-quantities (.575 and .702 by its own evaluation); two annotators agree on .873 and .998."""

ROLES = ("comparison", "span", "range_word", "sign", "to", "label", "value", "closed", "month", "dating")

MEASUREMENTS = [
    "The mast is [12.5 m] tall.",
    "Heat loss was [35 W m−2] at dusk.",
    "A barrier of [48 kJ mol-1] was found.",
    "Leaves took up [9.2 µmol m⁻² s⁻¹] of carbon dioxide.",
    "Ponds held [0.4 mg/L] of nitrate.",
    "The bath was kept at [37 ° C] overnight.",
    "We mixed in [7.5 wt%] of talc.",
    "Shells were lighter by [3.1‰] then.",
    "The ash fell [74 ka] ago.",
    "Ice left the fjord at [11.7 ka] and the shelf earlier.",
    "Dust hit the plate at [18 km s-1] on average.",
    "The flask holds [250 cm3] of brine.",
    "Seals broke at [4.2 bar] and the lid at [310 kPa] instead.",
    "The line lies at [2.3 eV] below the edge.",
    "Its rate is [50Hz] in Europe.",
    "The star lost [5kgs-1] of gas.",
    "Probes of [30-nm] width were used.",
    "A [six-month] trial followed.",
    "Saplings stood at [400 stems/ha] by then.",
    "Sea ice shrank by [2 percentage points per year] until now.",
    "The index is [−0.35 V] against silver.",
    "Moths were reared at [room temperature] in jars.",
    "The scan took [12 min] and [40 s] in all.",
]

JOINED = [
    "Depths fell [from 340 m to 12 m] here.",
    "Depths [range from 12 m to 340 m] here.",
    "The kiln ran [between 640 and 720 °C] for a week.",
    "The pore is [3–5 nm] wide.",
    "Rains brought [20 to 35 mm] that day.",
    "Yield was [4.1 ± 0.3 t ha−1] in spring.",
    "Purity was [81% ± 4%] after that.",
    "Purity was [81 ± 4%] after that.",
    "We tried [5, 10 and 20 mg] of dye.",
    "We tried loads of [2 kg and 6 kg] in turn.",
    "Blocks of [4 × 5 × 9 cm] were sawn.",
    "They were mixed at [1:25] in oil.",
    "Gaps of [(0.2–0.4)×10-9 m] were seen.",
    "Masses were [2 kg] and [6 kg], respectively.",
    "The field rose from rest [between 06:10 UT and 06:45 UT] that day.",
]

BOUNDED = [
    "It takes [at least 5 h] to dry.",
    "It takes [about 30 s] to set.",
    "Only grains [<63 μm] were kept.",
    "The gap is [∼2.5 mm] wide.",
    "It is [up to at least 3 m] deep.",
    "It melts [within 40 ms] of contact.",
    "Slopes [greater than 30°] slid.",
    "A score of [8 or more] was rare.",
    "It cost [more than 900] in all.",
    "Differences were small (p [< 0.01]) here.",
]

COUNTS = [
    "We sampled [three] lakes.",
    "We sampled [48] lakes.",
    "The net caught [1,250] moths.",
    "There were few errors (n = [86]).",
    "Of these, [26] ([54%]) were blank.",
    "The factor is [1.37] here.",
    "People aged [40 to 65] took part.",
    "The mine was opened in [1974] by the state.",
    "It was seen on [14 March 2009] at dawn.",
]

NONE = [
    "See Fig. 3 and Table 2.",
    "See Figs. 1, 2 and 5 there.",
    "See Figures 3A and 3B there.",
    "It is shown in Section 4.2 below.",
    "It follows from Eq. (7) at once.",
    "This was shown before [12, 14–17].",
    "This was shown before (3,8).",
    "This was shown before (Garnett et al., 2011a).",
    "Garnett (1998) showed it.",
    "Apollo 11 landed.",
    "The Pioneer 10 probe left.",
    "It holds Ca(OH)2 and Fe2O3.",
    "The {111} planes slid.",
    "Line hQX-23 died.",
    "This is the 3rd and the twentieth.",
    "It was dated by 14C and 40Ar.",
    "Phases 3 and 5 were quiet.",
    "The 2D map is flat.",
    "Well 22/10a was shut.",
    "The film of p53 grew.",
    "Nothing is said here.",
    "",
]


def read(marked: str) -> tuple[str, list[str]]:
    """The text without its brackets, and what stands in them."""
    return re.sub(r"[\[\]]", "", marked), re.findall(r"\[([^\]]*)\]", marked)


@pytest.mark.parametrize("marked", [*MEASUREMENTS, *JOINED, *BOUNDED, *COUNTS])
def test_quantities_are_found_with_unit_and_bound(marked):
    text, expected = read(marked)
    assert [text[span.start : span.end] for span in quantity_spans(text)] == expected


@pytest.mark.parametrize("text", NONE)
def test_labels_references_names_and_formulas_are_no_quantities(text):
    assert [text[span.start : span.end] for span in quantity_spans(text)] == []


@given(st.text(alphabet="0123456789 .,-–−±×:/()[]%°<>~=mskgKMa\n", max_size=120))
def test_spans_are_in_order_and_apart_whatever_the_text(text):
    spans = quantity_spans(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(left.end <= right.start for left, right in pairwise(spans))


@pytest.mark.parametrize(
    "piece", ["1", "1 ", "1,", "1.", " ", "5 m s-1 ", "5 to ", "<5", "(1,", "m/", "two ", "A-", "±5 ", "×"]
)
def test_long_runs_are_read_to_their_end(piece):
    text = piece * 4_000 + "\nIt weighs 7.5 kg now."
    last = quantity_spans(text)[-1]
    assert text[last.start : last.end] == "7.5 kg"


@pytest.mark.parametrize("row", unit_rows(), ids=lambda row: row.place)
def test_every_unit_is_read_in_its_example_and_not_in_the_other(row):
    text, (surface,) = read(row.example)
    assert (surface, row.get("form") in FORMS) == (row.surface, True)
    end = row.example.index("]") - 1
    assert [span.end for span in quantity_spans(text)] == [end]
    other = row.counterexample
    assert not any(other[span.start : span.end].endswith(row.surface) for span in quantity_spans(other))


@pytest.mark.parametrize("row", rows("science_words", "role"), ids=lambda row: row.place)
def test_every_word_plays_its_role_in_its_example(row):
    text, (surface,) = read(row.example)
    role = row.get("role")
    assert (surface, role in ROLES) == (row.surface, True)
    found = [text[span.start : span.end] for span in quantity_spans(text)]
    if role in ("comparison", "span", "range_word", "sign"):
        assert found[0].startswith(surface)
    elif role == "to":
        assert len(found) == 1
    else:
        assert len(found) == (role in ("value", "dating"))
    assert bounded(row.surface).search(row.counterexample) is None


@pytest.mark.skipif(not MEASEVAL.is_dir(), reason="the MeasEval texts are not beside the repository")
def test_measeval_stays_above_its_floors():
    total = SpanCounts()
    for folder in find_folders([MEASEVAL]):
        counts = score_measeval(read_measeval(folder), spans=quantity_spans)
        assert counts.strict_f1 >= STRICT_FLOOR, folder.name
        assert counts.overlap_f1 >= OVERLAP_FLOOR, folder.name
        total = total + counts
    assert total.strict_f1 >= STRICT_FLOOR
    assert total.overlap_f1 >= OVERLAP_FLOOR
