"""The interval chart, read back from its SVG."""

from __future__ import annotations

import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from litclaims.errors import InputError, OutputError
from litclaims.report.plot import GID, PAGE_BARS, PALETTE, interval_chart, save
from litclaims.report.rows import frames
from report.sample_run import HOSTILE, make_position

SVG = "{http://www.w3.org/2000/svg}"


def table(*positions):
    return frames([], positions, [])["comparison"]


def drawn(comparison, folder, **asked):
    """The root of the chart's SVG."""
    save(interval_chart(comparison, **asked).figure, folder / "chart.svg")
    return ElementTree.parse(folder / "chart.svg").getroot()


def bars(root):
    return {
        group.get("id").removeprefix(GID): group
        for group in root.iter(f"{SVG}g")
        if group.get("id", "").startswith(GID)
    }


def texts(root):
    return ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]


def ends(bar):
    """Left and right end of a bar, in points."""
    places = [float(x) for x in re.findall(r"[ML] ([\d.]+)", bar.find(f"{SVG}path").get("d"))]
    return min(places), max(places)


@pytest.fixture
def positions():
    return [
        make_position("p1", "a.txt", "1e6", "1e8", route=("intramuscular",), basis="session"),
        make_position("p2", "b.txt", "1e7", "1e7", route=("intramuscular",)),
        make_position("p3", "c.txt", "1e7", None, route=("intravenous",)),
        make_position("p4", "d.txt", None, "1e7"),
        make_position("p5", "e.txt", "1e6", "2e6", unit="cell/kg"),
    ]


def test_a_bar_a_position_route_by_route(positions, tmp_path):
    root = drawn(table(*positions), tmp_path)
    assert set(bars(root)) == {"p1", "p2", "p3", "p4", "p5"}
    told = texts(root)
    assert told.index("intramuscular") < told.index("a.txt, per session") < told.index("intravenous")
    assert told.count("route not stated") == 2
    assert {"cell dose (cells)", "cell dose (cells/kg)", "10 million"} <= set(told)


def test_bars_stand_where_their_values_are_on_a_logarithmic_axis(positions, tmp_path):
    found = bars(drawn(table(*positions), tmp_path))
    low, high = ends(found["p1"])
    middle, _ = ends(found["p2"])
    assert middle == pytest.approx((low + high) / 2, abs=0.01)
    assert ends(found["p3"])[1] > high  # an open end goes on to the edge
    assert ends(found["p4"])[0] < low


def test_the_corpus_has_a_bar_for_every_position_that_can_be_drawn(corpus_run, tmp_path):
    comparison = corpus_run.comparison
    measures = list(comparison["measure"].unique())
    for level in ("route", "site"):
        known = comparison[comparison["level"] == level]
        assert len(known) > PAGE_BARS
        assert set(bars(drawn(comparison, tmp_path, level=level, measure=measures, limit=0))) == set(
            known["position_id"]
        )


def test_flagged_positions_are_marked(corpus_run, tmp_path):
    asked = {"measure": "cell_dose", "route": "intradiscal"}
    root = drawn(corpus_run.comparison, tmp_path, **asked)
    shown = corpus_run.comparison[corpus_run.comparison["position_id"].isin(bars(root))]
    assert texts(root).count("✗") == shown["flag"].sum() > 0


def test_a_document_has_one_colour_and_each_has_its_own(positions, tmp_path):
    found = bars(drawn(table(*positions), tmp_path))
    colours = {
        name: re.search(r"stroke: (#\w+)", bar.find(f"{SVG}path").get("style"))[1] for name, bar in found.items()
    }
    assert [colours[name].upper() for name in sorted(colours)] == list(PALETTE[:5])


def test_the_same_tables_give_the_same_bytes(positions, tmp_path):
    figure = interval_chart(table(*positions)).figure
    save(figure, tmp_path / "a.png")
    save(figure, tmp_path / "a.svg")
    for name in ("b.svg", "b.png"):
        save(interval_chart(table(*positions)).figure, tmp_path / name)
        assert (tmp_path / name).read_bytes() == (tmp_path / name.replace("b", "a")).read_bytes()
    assert (tmp_path / "a.png").read_bytes()[:4] == b"\x89PNG"


def test_many_positions_come_page_by_page(tmp_path):
    many = table(*(make_position(f"p{n:03}", f"d{n:03}.txt", "1e6", "2e6") for n in range(90)))
    root = drawn(many, tmp_path, number=2)
    assert len(bars(root)) == PAGE_BARS
    assert any("rows 41–80 of 90" in text for text in texts(root))
    assert interval_chart(many, number=2).note == "rows 41–80 of 90; --page 3 shows more"


def test_long_names_are_shortened_in_the_middle(tmp_path):
    root = drawn(table(make_position("p1", f"folder/{'x' * 200}-2019.pdf", "1", "2", basis="y" * 90)), tmp_path)
    (label,) = [text for text in texts(root) if text.startswith("folder/x")]
    assert "…" in label
    assert "2019.pdf" in label
    assert len(label) <= 60


def test_hostile_names_are_text(tmp_path):
    name = HOSTILE.replace("\x00", "") + "\ufffe $x^$ 🧪"
    root = drawn(table(make_position("p1", name[-30:], "1", "2", basis=HOSTILE, route=(name,))), tmp_path)
    assert any("$x^$ 🧪" in text for text in texts(root))
    assert root.find(f".//{SVG}script") is None


@pytest.mark.parametrize(("low", "high"), [("0", "3"), ("-1", "0"), ("0", "0")])
def test_values_that_have_no_logarithm_are_drawn_on_a_plain_axis(low, high, tmp_path):
    assert len(bars(drawn(table(make_position("p1", "a", low, high)), tmp_path))) == 1


def test_nothing_to_draw_is_told(positions):
    with pytest.raises(InputError, match="no position at the site level to draw"):
        interval_chart(table(*positions), level="site")
    with pytest.raises(InputError, match=r"no route 'oral' \(it has intramuscular, intravenous"):
        interval_chart(table(*positions), route="oral")
    with pytest.raises(InputError, match="no position"):
        interval_chart(table())


def test_other_formats_and_places_are_refused(positions, tmp_path):
    figure = interval_chart(table(*positions)).figure
    with pytest.raises(InputError, match=r"no format '\.doc' for a figure \(write \.svg or \.png\)"):
        save(figure, tmp_path / "a.doc")
    (tmp_path / "file").touch()
    with pytest.raises(OutputError):
        save(figure, tmp_path / "file" / "a.svg")


def test_matplotlib_is_loaded_only_to_draw_and_opens_no_window():
    code = "import sys, litclaims.report.plot; print('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"
    assert "matplotlib.pyplot" not in sys.modules
