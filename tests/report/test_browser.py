"""The page as it is used: in a headless Chromium, from a file, with nothing else."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from benchmarks.browser import Unavailable, chromium
from litclaims import pipeline
from litclaims.model import Document, Extraction, Outcome, Span, Stance
from litclaims.report.cells import interval_text
from litclaims.report.page import render_page
from litclaims.report.rows import frames
from litclaims.report.show import read_table
from litclaims.report.write import csv_text
from report.sample_run import make_claim, make_document, make_frames, make_outcomes, make_position, make_verdict

ROOT = Path(__file__).parents[2]
SEEDS = ROOT.parent / "shared" / "seeds"

HOSTILE = (
    '<script>alert(1)</script> </script> <img src=x onerror=alert(2)> "quoted" \'s '
    "\u202eevil 😀 שלום <!-- ]]> 7M cells."
)

CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const over = (colour, under) => {
    canvas.globalCompositeOperation = "source-over";
    canvas.fillStyle = `rgb(${under.join(" ")})`; canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => rgb.map((v) => v / 255).map((v) => (v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4))
    .reduce((sum, v, at) => sum + v * [.2126, .7152, .0722][at], 0);
  const back = (node) => {
    if (!node) return [255, 255, 255];
    const style = getComputedStyle(node);
    return over(style.backgroundColor, back(node.parentElement));
  };
  const bad = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0;
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || node.closest("script, noscript, style, option, [hidden]")) continue;
    if (!node.getClientRects().length) continue;
    seen += 1;
    const under = back(node);
    const style = getComputedStyle(node);
    const ink = over(node.closest("svg") ? style.fill : style.color, under);
    const [a, b] = [light(ink), light(under)];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) bad.set(`${node.tagName}.${node.className.baseVal ?? node.className}`, ratio);
  }
  return { seen, bad: [...bad] };
}"""


@pytest.fixture(scope="module")
def browser():
    try:
        with chromium() as running:
            yield running
    except Unavailable as error:
        pytest.skip(str(error))


class Opened:
    """A page with all that it asked for and complained of."""

    def __init__(self, browser, path: Path, **context) -> None:
        self.context = browser.new_context(**({"viewport": {"width": 1440, "height": 900}} | context))
        self.page = self.context.new_page()
        self.faults: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda said: self.faults.append(f"{said.type}: {said.text}"))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.faults.append(dialog.message), dialog.dismiss()))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri())
        if context.get("java_script_enabled", True):
            self.page.wait_for_selector("body.ready")

    def texts(self, selector: str) -> list[str]:
        return self.page.locator(selector).all_text_contents()

    def count(self, name: str) -> int:
        """The number that stands first in the head of a section; 0 if there is none."""
        said = self.page.text_content(f"#{name}-count").replace(",", "").split()
        return int(said[0]) if said else 0

    def wait_for_count(self, number: int) -> None:
        """Wait until the head of the list tells so many."""
        told = "number => document.getElementById('list-count').textContent.startsWith(`${number} `)"
        self.page.wait_for_function(told, arg=int(number))

    def download(self, button: str) -> str:
        with self.page.expect_download(timeout=120_000) as waiting:
            self.page.click(button)
        return Path(waiting.value.path()).read_text(encoding="utf-8")


def write(path: Path, tables, outcomes, **given) -> Path:
    path.write_text(render_page(tables, outcomes=outcomes, **given), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def corpus(browser, tmp_path_factory):
    """The folder of a run over the example documents; asks for the browser first, without which it is not needed."""
    out = tmp_path_factory.mktemp("corpus")
    pipeline.run_local([ROOT / "corpus"], out=out)
    return out


@pytest.fixture(scope="module")
def opened(browser, corpus):
    with_page = Opened(browser, corpus / "report.html")
    yield with_page
    with_page.context.close()


@pytest.fixture
def page(opened):
    """The page of the example documents, with nothing chosen."""
    opened.page.keyboard.press("Escape")
    opened.page.keyboard.press("Escape")
    opened.page.evaluate("document.getElementById('clear').click(); scrollTo(0, 0)")
    opened.page.select_option("#list-sort", "worst")
    yield opened
    assert opened.faults == []
    assert [url for url in opened.asked if not url.startswith(("file:", "blob:"))] == []


@pytest.fixture(scope="module")
def verdicts(corpus):
    table = read_table(corpus, "disagreements")
    return table[table["repeats"].isna()]


def flagged(verdicts: pd.DataFrame) -> pd.DataFrame:
    return verdicts[verdicts["flag"]]


def said(column: pd.Series, value: str) -> pd.Series:
    return column.fillna("").str.split("; ").map(lambda parts: value in parts)


def test_a_bar_stands_for_every_position(page, corpus):
    bars = page.page.eval_on_selector_all("rect.bar[data-position]", "bars => bars.map(bar => +bar.dataset.position)")
    assert sorted(bars) == list(range(len(read_table(corpus, "comparison"))))
    assert len(page.texts("svg .cross")) > 0


def test_a_bar_stands_for_every_position_of_the_seeds(browser, tmp_path):
    if not SEEDS.is_dir():
        pytest.skip("the seed documents are not here")
    pipeline.run_local([SEEDS], out=tmp_path)
    seeds = Opened(browser, tmp_path / "report.html")
    assert seeds.page.locator("rect.bar[data-position]").count() == len(read_table(tmp_path, "comparison")) > 40
    seeds.page.click("#routes button:has-text('intramuscular')")
    first = seeds.page.text_content(".issue h3")
    assert "2–50 million cells intramuscular and 40–200 million cells per session (route not stated)" in first
    assert "share only 40–50 million cells" in first
    assert seeds.page.locator("#chart .band.shared").count() == 1
    assert seeds.faults == []
    seeds.context.close()


@pytest.mark.parametrize("value", ["intramuscular", "intravenous"])
def test_the_route_filters_on_either_side(page, verdicts, value):
    page.page.select_option("#filter-route", value)
    table = flagged(verdicts)
    assert page.count("list") == (said(table["route_a"], value) | said(table["route_b"], value)).sum() > 0


@pytest.mark.parametrize("facet", ["measure", "verdict", "grade", "state"])
def test_every_other_facet_filters(page, verdicts, facet):
    value = flagged(verdicts)[facet].iloc[0]
    page.page.select_option(f"#filter-{facet}", value)
    assert page.count("list") == (flagged(verdicts)[facet] == value).sum()
    page.page.uncheck("#filter-flagged")
    assert page.count("list") == (verdicts[facet] == value).sum()


@pytest.mark.parametrize("facet", ["condition", "cell_type"])
def test_conditions_and_cell_types_filter_by_the_positions_of_a_verdict(page, verdicts, corpus, facet):
    positions = read_table(corpus, "comparison")
    value = positions[facet].dropna().str.split("; ").explode().value_counts().index[0]
    having = positions[said(positions[facet], value)]
    keys = set(zip(having["level"], having["unit"], having["claim_ids"], strict=True))
    table = flagged(verdicts)
    fits = [
        any((row.level, row.unit, ids) in keys for ids in (row.claim_ids_a, row.claim_ids_b))
        for row in table.itertuples()
    ]
    page.page.select_option(f"#filter-{facet}", value)
    assert page.count("list") == sum(fits) > 0


def test_a_verdict_that_is_never_flagged_is_shown_all_the_same(page, verdicts):
    page.page.select_option("#filter-verdict", "agree")
    assert page.count("list") == (verdicts["verdict"] == "agree").sum() > 0
    assert not page.page.is_checked("#filter-flagged")


def test_a_document_is_found_by_its_name_or_a_part_of_it(page, verdicts):
    table = flagged(verdicts)
    for typed in ("review-spine.md", "clinic"):
        page.page.fill("#filter-doc", typed)
        fits = table["doc_a"].str.contains(typed, regex=False) | table["doc_b"].str.contains(typed, regex=False)
        page.wait_for_count(fits.sum())


def test_words_are_found_wherever_they_stand(page, verdicts):
    columns = ["reason", "sentence_a", "sentence_b", "figure_a", "figure_b", "doc_a", "doc_b", "basis_a", "basis_b"]
    texts = flagged(verdicts)[columns].fillna("").agg(" ".join, axis=1).str.lower()
    fits = texts.str.contains("infusion") & texts.str.contains("saline")
    assert 0 < fits.sum() < texts.str.contains("saline").sum()
    page.page.fill("#search", "Infusion SALINE")
    page.wait_for_count(fits.sum())
    page.page.fill("#search", "no such word at all")
    page.page.wait_for_selector("#list .empty")
    assert page.texts("#list .empty") == ["No disagreement fits these filters."]


def test_options_tell_how_many_there_would_be(page, verdicts):
    page.page.select_option("#filter-measure", "cell_dose")
    option = page.page.text_content("#filter-verdict option[value='disjoint']")
    table = flagged(verdicts)
    number = ((table["measure"] == "cell_dose") & (table["verdict"] == "disjoint")).sum()
    assert option == f"disjoint ({number})"


def test_the_worst_come_first_and_the_order_can_be_changed(page, verdicts):
    rows = page.page.eval_on_selector_all(".issue", "all => all.map(one => +one.dataset.verdict)")
    assert rows[0] == 0
    assert rows == sorted(rows)
    page.page.select_option("#list-sort", "gap")
    first = page.page.get_attribute(".issue", "data-verdict")
    assert verdicts["gap_fold"].iloc[int(first)] == flagged(verdicts)["gap_fold"].max()


def test_what_is_downloaded_is_what_is_shown(page, verdicts, corpus):
    page.page.select_option("#filter-route", "intradiscal")
    page.page.select_option("#filter-grade", "partial")
    table = flagged(verdicts)
    fits = (said(table["route_a"], "intradiscal") | said(table["route_b"], "intradiscal")) & (
        table["grade"] == "partial"
    )
    assert page.download("#list-csv") == csv_text(table[fits])
    claims = read_table(corpus, "claims")
    expected = csv_text(claims[said(claims["route"], "intradiscal")])
    assert page.download("#figures-csv") == expected


def test_everything_is_downloaded_as_the_tables_have_it(page, corpus, verdicts):
    page.page.uncheck("#filter-flagged")
    assert page.download("#list-csv") == csv_text(verdicts)
    named = {"chart": "comparison", "figures": "claims", "stances": "stances", "references": "sources"}
    for button, name in (named | {"documents": "documents"}).items():
        assert page.download(f"#{button}-csv") == (corpus / f"{name}.csv").read_text(encoding="utf-8")


def test_a_click_opens_the_text_at_the_sentence(page, verdicts):
    page.page.click(".issue blockquote")
    page.page.wait_for_selector("#reader .here")
    row = flagged(verdicts).iloc[0]
    assert " ".join(page.page.text_content("#reader .here").split()) == row["sentence_a"]
    assert page.page.text_content("#reader .target") == row["figure_a"]
    assert row["doc_a"] in page.page.text_content("#reader-title")
    assert page.page.is_visible("#reader .target")
    kinds = {"quantity", "route", "target", "condition", "cell_type", "citation"}
    assert all(page.page.locator(f"#reader mark.k-{kind}").count() for kind in kinds)
    page.page.click("#reader .legend .k-condition")
    colour = "node => getComputedStyle(node).backgroundColor"
    assert page.page.eval_on_selector("#reader mark.k-condition", colour) == "rgba(0, 0, 0, 0)"
    page.page.click("#reader .legend .k-condition")
    page.page.keyboard.press("Escape")
    assert page.page.is_hidden("#reader")


def test_the_text_in_the_reader_is_that_of_the_document(page, corpus):
    page.page.evaluate("document.getElementById('documents').scrollIntoView()")
    page.page.click("#documents-pane button.doc:has-text('protocol-intramuscular.txt')")
    page.page.wait_for_selector("#reader .text mark")
    text = (ROOT / "corpus" / "protocol-intramuscular.txt").read_text(encoding="utf-8")
    assert page.page.text_content("#reader .text") == text


def test_a_figure_tells_where_its_value_comes_from(page):
    page.page.fill("#search", "2 x 10(6)")
    page.page.wait_for_function(
        "said => document.querySelector('.issue mark[data-claim]')?.closest('.issue').textContent.includes(said)",
        arg="2 x 10(6)",
    )
    page.page.hover(".issue mark[data-claim]")
    told = page.page.text_content("#tip")
    assert page.page.is_visible("#tip")
    for part in ("written", "read as", "value", "unit", "repairs", "hangs on", "confidence"):
        assert part in told
    page.page.mouse.move(2, 2)
    assert page.page.is_hidden("#tip")


def test_keys_lead_through_the_disagreements(page):
    press = page.page.keyboard.press
    press("/")
    assert page.page.evaluate("document.activeElement.id") == "search"
    press("Escape")
    press("j")
    press("j")
    assert page.page.evaluate("document.activeElement.dataset.at") == "1"
    press("ArrowDown")
    press("k")
    assert page.page.evaluate("document.activeElement.dataset.at") == "1"
    assert page.page.locator(".issue[tabindex='0']").count() == 1
    press("Enter")
    page.page.wait_for_selector("#reader .here")
    press("Escape")
    assert page.page.evaluate("document.activeElement.dataset.at") == "1"


def test_a_bar_narrows_the_list_to_its_own_disagreements(page, verdicts):
    page.page.click("#chart .row[aria-label*='review-spine.md: 52 million']")
    assert page.page.is_visible("#pin")
    assert all("52 million" in reason for reason in page.texts(".issue h3"))
    page.page.click("#pin")
    assert page.count("list") == len(flagged(verdicts))


def test_the_chosen_disagreement_is_shaded_in_the_chart(page):
    page.page.select_option("#filter-verdict", "overlap")
    assert page.page.locator("#chart .band.shared").count() == 1
    page.page.select_option("#filter-verdict", "disjoint")
    assert page.page.locator("#chart .band.gap").count() == 1
    assert page.page.locator("#chart rect.bar.current").count() == 2
    shade = "document.querySelector('#chart .band').getAttribute('x')"
    before = page.page.evaluate(shade)
    page.page.hover(".issue >> nth=1")
    assert page.page.evaluate(shade) != before
    page.page.mouse.move(2, 2)
    assert page.page.evaluate(shade) == before


def test_the_choice_stands_in_the_address(browser, corpus, page):
    page.page.select_option("#filter-route", "intramuscular")
    shown = page.count("list")
    again = Opened(browser, corpus / "report.html")
    again.page.goto(page.page.url)
    again.page.reload()
    again.page.wait_for_selector("body.ready")
    assert again.page.input_value("#filter-route") == "intramuscular"
    assert again.count("list") == shown
    again.context.close()


def test_the_matrix_sets_the_documents_side_by_side(page):
    page.page.select_option("#filter-route", "intradiscal")
    page.page.evaluate("document.getElementById('matrix').scrollIntoView()")
    page.page.wait_for_selector("#matrix-pane td .figure")
    heads = page.texts("#matrix-pane thead th")
    assert heads[0] == "Subject"
    assert {"review-spine.md", "case-series-disc.txt"} <= set(heads)
    (row,) = [text for text in page.texts("#matrix-pane tbody tr") if text.startswith("cell dose")]
    assert "52 million cells per patient" in row
    assert "is ascribed to a source that gives 25 million" in row


def test_a_link_leads_to_its_section(page):
    page.page.click("#filters nav a[href='#references']")
    top, bar = (
        f"document.querySelector('{selector}').getBoundingClientRect().{side}"
        for selector, side in (("#references h2", "top"), ("#filters", "bottom"))
    )
    page.page.wait_for_function(f"{bar} <= {top} && {top} < {bar} + 60")


def test_a_column_sorts_its_table_both_ways_and_the_file_with_it(page, corpus):
    page.page.click("#filters nav a[href='#figures']")
    lows = read_table(corpus, "claims")["low"]
    for order in ("ascending", "descending"):
        page.page.click("#figures-pane thead button:has-text('Read as')")
        assert page.page.get_attribute("#figures-pane thead th:nth-child(2)", "aria-sort") == order
        lines = page.download("#figures-csv").splitlines()
        assert len(lines) == len(lows) + 1
    first = page.page.text_content("#figures-pane tbody tr td")
    assert first == interval_text(lows.max(), lows.max(), "cell")
    page.page.click("#figures-pane thead button:has-text('Read as')")


def test_references_say_who_cites_them(page):
    page.page.evaluate("document.getElementById('references').scrollIntoView()")
    page.page.wait_for_selector("#references-pane tbody tr")
    rows = page.texts("#references-pane tbody tr")
    assert any("animal-sheep-knee.md" in row and "guideline-osteoarthritis.md" in row for row in rows)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(page, scheme):
    page.page.emulate_media(color_scheme=scheme)
    page.page.click(".issue blockquote")
    page.page.wait_for_selector("#reader .here")
    for name in ("matrix", "figures", "references", "documents"):
        page.page.evaluate(f"document.getElementById('{name}').scrollIntoView()")
        page.page.wait_for_selector(f"#{name}-pane tbody tr")
    found = page.page.evaluate(CONTRAST)
    page.page.emulate_media(color_scheme="light")
    assert found["seen"] > 500
    assert found["bad"] == []


def test_a_narrow_screen_needs_no_scrolling_sideways(browser, corpus):
    narrow = Opened(browser, corpus / "report.html", viewport={"width": 390, "height": 844})
    assert narrow.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert narrow.page.locator(".issue").count() < 20
    narrow.page.click("#list-pane .more")
    assert narrow.page.locator(".issue").count() == 20
    narrow.page.click(".issue blockquote")
    narrow.page.wait_for_selector("#reader .here")
    assert narrow.page.evaluate("document.getElementById('reader').clientWidth") <= 390
    narrow.context.close()


def test_print_shows_more_than_the_screen(page):
    before = page.page.locator(".issue").count()
    page.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.page.emulate_media(media="print")
    assert page.page.locator(".issue").count() > 5 * before
    assert page.page.is_hidden("#filters")
    assert page.page.evaluate("getComputedStyle(document.getElementById('list-pane')).overflowY") == "visible"
    page.page.emulate_media(media="screen")
    page.page.evaluate("dispatchEvent(new Event('afterprint'))")


def hostile_run():
    """A document, and all that it says, that would be markup or script if it could."""
    document = make_document("<b>a</b>.txt", text=HOSTILE, title=HOSTILE)
    start = HOSTILE.index("7M")
    figure = {"span": Span(start, start + 2), "figure": "7M", "sentence": Span(0, len(HOSTILE))}
    read = Extraction(
        document,
        claims=(make_claim(doc=document.doc, section=HOSTILE, **figure),),
        stances=(Stance(document.doc, HOSTILE, HOSTILE, "supports", Span(0, 9)),),
    )
    outcomes = [Outcome(document.doc, HOSTILE, "ok", extraction=read), Outcome("b", "b", "failed", HOSTILE)]
    ours = make_position("p1", document.doc, "7e6", "7e6", claim_ids=("c1",), figures=("7M",), sentence=HOSTILE)
    theirs = make_position("p2", "b", "1", "5", sentence=HOSTILE, figures=(HOSTILE,), route=(HOSTILE,), basis=HOSTILE)
    return frames(outcomes, [ours, theirs], [make_verdict("v1", ours, theirs, reason=HOSTILE)]), outcomes


@pytest.mark.parametrize("packed_from", [0, 10**9])
def test_hostile_text_is_shown_as_text(browser, tmp_path, packed_from):
    path = write(tmp_path / "page.html", *hostile_run(), packed_from=packed_from)
    hostile = Opened(browser, path)
    seen = " ".join(HOSTILE.replace("\u202e", " ").split())
    assert hostile.texts(".issue h3") == [seen]
    assert hostile.page.text_content(".issue blockquote") == seen
    hostile.page.click(".issue blockquote >> nth=0")
    hostile.page.wait_for_selector("#reader .here")
    assert hostile.page.text_content("#reader .text") == HOSTILE.replace("\u202e", " ")
    assert hostile.page.text_content("#reader .target") == "7M"
    hostile.page.keyboard.press("Escape")
    for name in ("figures", "stances", "documents"):
        hostile.page.evaluate(f"document.getElementById('{name}').scrollIntoView()")
        hostile.page.wait_for_selector(f"#{name}-pane tbody tr")
    assert seen in hostile.page.text_content("#documents-pane")
    assert hostile.page.locator("main script, main img, main b:not(.cross), #reader script, #reader img").count() == 0
    assert HOSTILE.replace('"', '""') in hostile.download("#documents-csv")
    assert hostile.faults == []
    hostile.context.close()


def test_a_long_list_is_drawn_as_it_is_scrolled(browser, tmp_path):
    number = 600
    routes = ("intramuscular", "intravenous", "intradiscal")
    positions = [
        make_position(f"p{n}", f"{n:04}.txt", str(n + 1), str(3 * n + 2), route=(routes[n % 3],)) for n in range(number)
    ]
    said = [make_verdict(f"v{n}", positions[n], positions[n + 1], reason=f"Reason {n}.") for n in range(300)]
    large = Opened(browser, write(tmp_path / "page.html", frames([], positions, said), [], packed_from=0))
    assert large.count("chart") == number
    assert 0 < large.page.locator("rect.bar").count() < number / 4
    drawn = large.page.locator(".issue").count()
    assert drawn < 60
    large.page.evaluate("const pane = document.getElementById('list-pane'); pane.scrollTop = pane.scrollHeight")
    large.page.wait_for_function("drawn => document.querySelectorAll('.issue').length > drawn", arg=drawn)
    before = large.page.text_content("#chart .row .name")
    large.page.evaluate("const chart = document.getElementById('chart-pane'); chart.scrollTop = chart.scrollHeight / 2")
    large.page.wait_for_function("name => document.querySelector('#chart .row .name').textContent !== name", arg=before)
    assert large.page.is_visible("#chart .axis svg")
    large.page.select_option("#filter-route", "intramuscular")
    assert 0 < large.count("chart") <= number
    assert large.faults == []
    large.context.close()


def test_a_text_of_many_is_unpacked_when_it_is_read(browser, tmp_path, monkeypatch):
    monkeypatch.setattr("litclaims.report.page_texts.PART", 30)
    outcomes = [
        Outcome(
            doc, doc, "ok", extraction=Extraction(Document(doc, doc, "text/plain", f"Text of {doc} here.", "a" * 64))
        )
        for doc in ("a.txt", "b.txt", "c.txt", "d.txt")
    ]
    some = Opened(browser, write(tmp_path / "page.html", frames(outcomes, [], []), outcomes, packed_from=0))
    some.page.evaluate("document.getElementById('documents').scrollIntoView()")
    some.page.click("#documents-pane button.doc >> nth=3")
    some.page.wait_for_selector("#reader .text:has-text('Text of d.txt here.')")
    some.page.keyboard.press("Escape")
    some.page.click("#documents-pane button.doc >> nth=0")
    some.page.wait_for_selector("#reader .text:has-text('Text of a.txt here.')")
    assert some.faults == []
    some.context.close()


def test_what_a_text_leaves_out_is_told(browser, tmp_path, monkeypatch):
    monkeypatch.setattr("litclaims.report.page_texts.WHOLE", 10)
    outcomes = make_outcomes()
    short = Opened(browser, write(tmp_path / "page.html", frames(outcomes, [], []), outcomes))
    short.page.evaluate("document.getElementById('figures').scrollIntoView()")
    short.page.click("#figures-pane button.figure")
    short.page.wait_for_selector("#reader .here")
    assert short.page.text_content("#reader .target") == "40–200M"
    assert short.texts("#reader .gap") == ["13 characters not shown"]
    assert short.faults == []
    short.context.close()


def test_an_empty_run_is_told_as_such(browser, tmp_path):
    empty = Opened(browser, write(tmp_path / "page.html", frames([], [], []), []))
    assert empty.texts("#list .empty") == ["No pair of figures could be compared."]
    assert empty.faults == []
    empty.context.close()


def test_without_scripts_the_gravest_disagreements_are_there(browser, tmp_path):
    path = write(tmp_path / "page.html", make_frames(), make_outcomes())
    plain = Opened(browser, path, java_script_enabled=False)
    assert plain.page.locator("noscript .verdict h3").first.is_visible()
    assert plain.page.is_hidden("#filters")
    plain.context.close()


def test_what_changed_leads_to_the_rows(browser, tmp_path):
    one, two = make_position("p1", "a.txt", "1", "2"), make_position("p2", "b.txt", "5", "9")
    said = [
        make_verdict("v1", one, two, state="open"),
        make_verdict("v2", one, two, state="resolved", flag=False, severity=0.0, reason="Resolved."),
    ]
    changed = Opened(browser, write(tmp_path / "page.html", frames([], [one, two], said), []))
    changed.page.click("#since button:has-text('1 resolved')")
    assert changed.texts(".issue h3") == ["Resolved."]
    assert changed.faults == []
    changed.context.close()
