"""Web pages: what is text, what is not, and that powers, tables and places survive."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litclaims import ingest, reading
from litclaims.errors import InputError, LitclaimsError
from litclaims.ingest import html
from litclaims.ingest.raised import EXPONENT

NAVIGATION = """
<div class="cookie-banner"><p>We use cookies. Our 901 million cells offer.</p></div>
<nav><ul><li><a href="/a">902 million cells</a></li><li><a href="/b">Contact</a></li></ul></nav>
"""
RELATED = """
<div class="related-articles"><h3>More</h3><p><a href="/x">903 million cells for backs</a></p></div>
<h2>You may also like</h2><ul><li><a href="/q">904 million cells for all</a></li>
<li><a href="/r">905 million cells</a></li></ul>
"""
FOOT = "<aside><p>906 million cells on offer</p></aside><footer><p>907 million cells since 1999</p></footer>"
CLINIC = f"""<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>Cells for the knee | Harbour Clinic</title>
<style>.exp {{ font-size: 7pt; vertical-align: super }}</style></head>
<body>{NAVIGATION}
<main><article><h1>Cells for the knee</h1>
<p>Patients receive 2 × 10<sup>6</sup> cells/kg into the vein, or 3 × 10<span class="exp">7</span> MSCs into the knee.
The effect lasted for a year in most of those who were followed by the clinic.</p>
<h2>Protocols</h2>
<ul><li>Knee injection<ul><li>Dosage: 15–50 million cells</li><li>Volume: 4 mL</li></ul></li></ul>
<table><caption>Table 1. Doses</caption>
<tr><th rowspan="2">Arm</th><th colspan="2">Dose (×10<sup>6</sup> cells)</th></tr>
<tr><th>Knee</th><th>Hip</th></tr>
<tr><td>Low</td><td>11<sup>a</sup></td><td>22</td></tr>
<tr><td>High</td><td>33</td><td>4.4 × 10<sup>7</sup></td></tr>
<tr><td colspan="3"><sup>a</sup> per session, at most 5.5 × 10<sup>7</sup> cells</td></tr></table>
{RELATED}</article></main>{FOOT}</body></html>"""


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>Made</title>{head}</head><body>{body}</body></html>"


def read(text: str | bytes):
    raw = text.encode() if isinstance(text, str) else text
    return ingest.from_bytes(raw, suffix=".html", doc="a.html", source="a.html")


def texts(document, kind=None):
    return [document.text[block.span.start : block.span.end] for block in document.blocks if kind in (None, block.kind)]


def heads(document, text):
    block = document.blocks[texts(document).index(text)]
    return [texts(document)[head] for head in block.heading_path]


@pytest.mark.parametrize(
    "written",
    [
        "10<sup>6</sup>",
        "10 <sup> 6 </sup>",
        "10<sup><i>6</i></sup>",
        '10<span style="vertical-align: super; font-size: 70%">6</span>',
        '10<span style="vertical-align:4px">6</span>',
        '10<font class="superscript">6</font>',
        "<math><msup><mn>10</mn><mn>6</mn></msup></math>",
        "<math><semantics><msup><mn>10</mn><mn>6</mn></msup><annotation>10^{6}</annotation></semantics></math>",
        "10<!-- a comment --><sup>6</sup>",
    ],
)
def test_every_way_to_write_an_exponent_is_one(written):
    document = read(page(f"<p>Patients received 2 × {written} cells.</p>"))
    assert texts(document)[-1] == "Patients received 2 × 10⁶ cells."
    assert [repair.name for repair in document.repairs] == [EXPONENT]


def test_exponents_survive_in_text_lists_tables_captions_and_footnotes():
    text = read(CLINIC).text
    for figure in ("2 × 10⁶ cells/kg", "3 × 10⁷ MSCs", "(×10⁶ cells)", "4.4 × 10⁷", "5.5 × 10⁷"):
        assert figure in text


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('cells<sup><a href="#r1">1</a></sup> were given', "cells¹ were given"),
        ('on day 10<sup><a href="#r1">1</a></sup>', "on day 10 [1]"),
        ('on day 10<a href="#r1"><sup>1</sup></a>', "on day 10 [1]"),
        ('2 × 10<sup>6</sup><sup><a href="#r1">1</a></sup> cells', "2 × 10⁶ [1] cells"),
        ('2 × 10<sup>6</sup> cells/kg<sup><a href="#r1">1</a></sup>', "2 × 10⁶ cells/kg [1]"),
        ('cells [<a href="#r1">1</a>]', "cells [1]"),
        ('cells<sup>[<a href="#r1">1</a>]</sup>', "cells[1]"),
        ("cells.<sup>12,13</sup>", "cells.¹²,¹³"),
    ],
)
def test_citation_mark_is_never_read_as_a_power(written, expected):
    references = '<h2>References</h2><ol><li id="r1">Doe J. A trial. J Test. 2001;1:2.</li></ol>'
    document = read(page(f"<p>It was given {written}</p>{references}"))
    assert f"It was given {expected}" in document.text
    if "#r1" in written:
        assert [(link.kind, link.targets) for link in document.links] == [("bibr", ("r1",))]


def test_reference_list_is_given_with_its_keys_and_numbers():
    document = read(
        page(
            "<p>It works.</p><section class='references'><h2>Sources</h2><ol start='4'>"
            "<li id='B4'>Doe J. A trial. 2001.</li><li id='B5'><p>Roe K. Another. 2002.</p></li></ol></section>"
        )
    )
    found = [(reference.key, reference.marker, reference.raw) for reference in document.references]
    assert found == [("B4", "4", "Doe J. A trial. 2001."), ("B5", "5", "Roe K. Another. 2002.")]
    for reference in document.references:
        assert document.text[reference.span.start : reference.span.end] == reference.raw


def test_boilerplate_is_out_and_the_text_is_in():
    document = read(CLINIC)
    for number in range(901, 908):
        assert str(number) not in document.text
    assert document.title == "Cells for the knee"
    assert "15–50 million cells" in document.text


def test_every_dose_of_a_page_is_claimed_and_none_of_its_boilerplate():
    extraction = reading.extract_document(read(CLINIC))
    doses = sorted(claim.quantity.high for claim in extraction.claims if claim.measure == "cell_dose")
    assert {2_000_000, 30_000_000, 50_000_000, 44_000_000, 55_000_000} <= {int(dose) for dose in doses}
    assert max(doses) < 900_000_000


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="display: none">77 million cells</p>',
        "<p hidden>77 million cells</p>",
        '<div aria-hidden="true"><p>77 million cells</p></div>',
        "<template><p>77 million cells</p></template>",
        "<script>var a = '77 million cells'</script>",
        "<noscript>77 million cells</noscript>",
        "<!-- 77 million cells -->",
        "<p>Now <del>77 million</del> cells</p>",
        "<dialog><p>77 million cells</p></dialog>",
    ],
)
def test_what_a_browser_does_not_show_is_out(hidden):
    document = read(page(f"<p>Some text that is shown to all who read it.</p>{hidden}<p>Shown.</p>"))
    assert "77" not in document.text
    assert "Shown." in document.text


def test_block_with_a_dose_outside_the_chosen_one_makes_it_wider():
    long = "<p>" + "Words of the article about the treatment of knees and how it went for all of them. " * 12 + "</p>"
    box = "<div><div><p>The dose was 66 million cells in each knee.</p></div></div>"
    document = read(page(f"<div><div><article>{long}{long}{long}</article></div>{box}</div>"))
    assert "66 million cells" in document.text


def test_headings_nested_lists_and_definitions_are_the_heading_path():
    document = read(
        page(
            "<h1>Guide</h1><h2>Doses</h2><ul><li>Knee<ul><li>10 million</li></ul></li><li>Hip</li></ul>"
            "<dl><dt>Intramuscular</dt><dd>2–50M</dd><dt>Vein</dt><dd><p>100 million</p></dd></dl>"
            "<h2>End</h2><p>Bye.</p>"
        )
    )
    assert heads(document, "10 million") == ["Doses", "Knee"]
    assert heads(document, "2–50M") == ["Doses", "Intramuscular"]
    assert heads(document, "100 million") == ["Doses", "Vein"]
    assert heads(document, "Bye.") == ["End"]
    assert texts(document, "title") == ["Guide"]


def test_cell_stands_under_caption_headers_and_label_and_refers_to_its_footnote():
    document = read(CLINIC)
    assert heads(document, "22")[-4:] == ["Table 1. Doses", "Dose (×10⁶ cells)", "Hip", "Low"]
    block = document.blocks[texts(document).index("11ᵃ")]
    assert [texts(document)[note] for note in block.notes] == ["ᵃ per session, at most 5.5 × 10⁷ cells"]
    assert [texts(document, "footnote")] == [["ᵃ per session, at most 5.5 × 10⁷ cells"]]


def test_caption_of_a_figure_around_a_table_and_a_line_before_it_are_its_caption():
    row = "<tr><th>Arm</th><th>Dose</th></tr><tr><td>A</td><td>5 million</td></tr>"
    for body in (
        f"<figure><table>{row}</table><figcaption>Table 2. Given</figcaption></figure>",
        f"<figure><figcaption>Table 2. Given</figcaption><table>{row}</table></figure>",
        f"<p>Table 2. Given</p><table>{row}</table>",
        f"<div class='caption'><p>Table 2. Given</p></div><div><table>{row}</table></div>",
    ):
        document = read(page(f"<p>Before.</p>{body}<p>After.</p>"))
        assert texts(document, "caption") == ["Table 2. Given"]
        assert heads(document, "5 million") == ["Table 2. Given", "Dose", "A"]


def test_table_that_lays_out_the_page_is_read_as_text():
    prose = "<h2>Left</h2><p>We gave 5 million cells.</p>"
    document = read(page(f"<table><tr><td>{prose}</td><td><p>Right side.</p></td></tr></table>"))
    assert {block.kind for block in document.blocks} == {"title", "heading", "paragraph"}
    assert heads(document, "We gave 5 million cells.") == ["Left"]


def test_two_figures_on_two_lines_of_a_cell_stay_two():
    document = read(page("<table><tr><th>Arm</th><th>Dose</th></tr><tr><td>A</td><td>10<br>20</td></tr></table>"))
    assert "10; 20" in texts(document)


def test_line_breaks_part_statements_but_not_sentences():
    document = read(page("<p>Knee: 10 million cells<br>Vein: 50 million<br>cells in all<br>• Slow</p>"))
    assert texts(document)[1:] == ["Knee: 10 million cells", "Vein: 50 million cells in all", "Slow"]
    document = read(page("<pre>5 million cells\n20 million cells\nPatients received\n30 million cells</pre>"))
    assert texts(document)[1:] == ["5 million cells", "20 million cells", "Patients received 30 million cells"]


def test_path_of_every_stretch_leads_to_the_element_that_holds_it():
    document = read(CLINIC)
    root = html.parse(CLINIC, source="a.html")
    assert len(document.origins) > 10
    for origin in document.origins:
        (element,) = root.xpath(origin.path)
        said = "".join(filter(str.isalnum, "".join(element.itertext())))
        digits = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹ᵃ", "0123456789a")
        read_there = document.text[origin.span.start : origin.span.end].translate(digits)
        assert "".join(filter(str.isalnum, read_there)) in said


def test_head_gives_title_authors_date_doi_and_language():
    head = (
        '<meta name="citation_title" content="A trial"><meta name="citation_author" content="Doe, J">'
        '<meta name="citation_author" content="Roe, K"><meta name="citation_publication_date" content="2021/12/4">'
        '<meta name="citation_doi" content="https://doi.org/10.5555/abc.1"><meta name="dc.language" content="en">'
    )
    document = read(page("<p>Text.</p>", head))
    assert (document.title, document.authors, document.date) == ("A trial", ("Doe, J", "Roe, K"), "2021-12-04")
    assert (document.doi, document.language) == ("10.5555/abc.1", "en")


def test_json_ld_gives_what_the_metas_leave_out_and_a_broken_one_is_passed_over():
    said = '"headline": "A guide", "author": {"name": "J Doe"}, "datePublished": "2020-05-06"'
    good = f'{{"@graph": [{{"@type": "Article", {said}}}]}}'
    for bad in ("{", "[" * 5000, '{"headline": 3}'):
        script = '<script type="application/ld+json">%s</script>'
        document = read(page("<p>Text.</p>", script % bad + script % good))
        assert (document.authors, document.date, document.title) == (("J Doe",), "2020-05-06", "A guide")


@pytest.mark.parametrize(
    ("said", "expected"),
    [("2021", "2021"), ("2021-3", "2021-03"), ("4 March 2021", "2021-03-04"), ("Mar 2021", "2021-03"), ("soon", None)],
)
def test_dates_become_iso_dates(said, expected):
    assert read(page("<p>Text.</p>", f'<meta name="date" content="{said}">')).date == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"\xef\xbb\xbf<html><body><p>caf\xc3\xa9", "café"),
        ("\ufeff<html><body><p>café".encode("utf-16-le"), "café"),
        (b"<html><head><meta charset=iso-8859-1></head><body><p>5 \xb1 1 \x96 caf\xe9", "5 ± 1 – café"),
        (b"<?xml version='1.0' encoding='windows-1252'?><html><body><p>caf\xe9", "café"),
        (b"<html><body><p>5 &plusmn; 1 &times; 10<sup>6</sup>", "5 ± 1 × 10⁶"),
    ],
)
def test_character_sets_as_marked_declared_or_utf_8(raw, expected):
    assert read(raw).text == expected


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"<html><body><p>caf\xe9", "is not utf-8 at byte"),
        (b"<html><head><meta charset=shift_jis></head><body><p>\xff\xff", "is not shift_jis"),
        (b"<html><head><meta charset=klingon></head><body><p>x", "klingon, which is not known"),
        (b"<html><body><p>a\0b", "NUL"),
        (b"<html><body></body></html>", "holds no text"),
        (b"<html><body>" + b"<div>" * 100_000 + b"5 million cells", "nests elements"),
        (b"<html><body><p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">x", "attributes"),
        (b"<html><body><table>" + b"<tr><td>1<td>2" * 60_000, "cells"),
        (b"<html><body>" + b"<p><b>1</b>" * 130_000, "elements, the limit is"),
        (b"<html><body><table>" + b"<tr><td rowspan=1000 colspan=1000>1<td>2" * 500, "cells"),
    ],
    ids=lambda value: value if isinstance(value, str) else "page",
)
def test_bad_page_says_what_is_wrong(raw, reason):
    with pytest.raises(InputError, match=reason):
        read(raw)


def test_page_is_known_by_its_content():
    assert html.matches(b"<!-- saved --> \n<!DOCTYPE html><html>")
    assert html.matches("\ufeff<html>".encode("utf-16-be"))
    assert html.matches(b"<div><p>A piece of a page</p></div>\n")
    assert not html.matches(b"<?xml version='1.0'?><!DOCTYPE article><article/>")
    assert not html.matches(b"<div align=center>logo</div>\n\n# A readme\n\ntext")
    assert not html.matches(b"5 < 6 and so on")


def test_entities_of_its_own_and_files_are_not_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("88 million cells")
    raw = f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{secret}">]><html><body><p>a &x; b</p></body></html>'
    assert "88" not in read(raw).text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, len(CLINIC) - 1), st.integers(0, 255)), max_size=40), st.integers(0, 3000))
def test_mutated_page_is_read_or_refused_with_a_reason(changes, cut):
    raw = bytearray(CLINIC.encode())
    for at, byte in changes:
        raw[at] = byte
    try:
        document = read(bytes(raw[: len(raw) - cut]))
    except LitclaimsError:
        return
    for one, after in itertools.pairwise(document.origins):
        assert one.span.end <= after.span.start


def test_formula_within_formula_is_read_however_deep():
    depth = 1_000
    document = read(
        page("<p>start<math>" + "<msup><mn>2</mn>" * depth + "<mn>3</mn>" + "</msup>" * depth + "</math></p>")
    )
    assert document.text.startswith("Made\n\nstart2")


def test_fraction_keeps_its_bar():
    document = read(page("<p>Give <math><mfrac><mn>1</mn><mn>2</mn></mfrac></math> of the dose.</p>"))
    assert texts(document)[-1] == "Give 1/2 of the dose."


TAGS = ("table", "tr", "td", "th", "sup", "p", "li", "ul", "dl", "dt", "dd", "h1", "h2", "br", "a", "math", "msup",
        "figure", "figcaption", "caption", "div", "pre", "tfoot", "ol", "section", "span")  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS] + ["10", " 6 ", "text"])))
def test_any_soup_of_tags_keeps_its_text_in_order(pieces):
    try:
        document = read(page("start " + "".join(pieces)))
    except LitclaimsError:
        return
    for block in document.blocks:
        assert document.text[block.span.start : block.span.end].strip()
