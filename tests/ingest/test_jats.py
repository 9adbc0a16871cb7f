"""JATS: what is text, what stands beside it, what is linked; on our own articles, and on papers where they are near."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from litclaims.errors import InputError, LitclaimsError
from litclaims.evaluate.entries import field_counts, judge_references
from litclaims.evaluate.gold import read_gold
from litclaims.extract.reference import find_references, reference_blocks
from litclaims.ingest import from_bytes, jats, read
from litclaims.ingest.raised import EXPONENT
from litclaims.model import DOSE_MEASURES
from litclaims.reading import extract_document
from printed import FIELDS

SHARED = Path(__file__).resolve().parents[3] / "shared"
PAPERS = sorted((SHARED / "papers").glob("*.nxml"))
near = pytest.mark.skipif(not PAPERS, reason="the shared papers are not here")

ARTICLE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Archiving and Interchange DTD v1.2 20190208//EN" "x.dtd">
<article xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:mml="http://www.w3.org/1998/Math/MathML" xml:lang="en">
<front>
 <journal-meta><journal-id>JMADE</journal-id><issn>1234-5678</issn></journal-meta>
 <article-meta>
  <article-id pub-id-type="doi">10.1000/made.1</article-id>
  <title-group><article-title>Cells for the knee</article-title><subtitle>a made trial</subtitle></title-group>
  <contrib-group><contrib contrib-type="author"><name><surname>Doe</surname><given-names>Jane</given-names></name>
   <xref ref-type="aff" rid="a1">1</xref></contrib>
   <contrib contrib-type="editor"><name><surname>Red</surname><given-names>Ed</given-names></name></contrib>
  </contrib-group>
  <pub-date pub-type="ppub"><year>2020</year></pub-date>
  <pub-date pub-type="epub"><day>7</day><month>3</month><year>2019</year></pub-date>
  <permissions><copyright-statement>All 99 rights reserved</copyright-statement></permissions>
  <abstract><sec><title>Methods</title><p>We gave 2 × 10<sup>6</sup> cells.</p></sec></abstract>
  <kwd-group><title>Key words</title><kwd>stem cell</kwd><kwd>knee</kwd></kwd-group>
 </article-meta>
</front>
<body>%s</body>
<back>%s</back>
%s
</article>"""

REFS = """<ref-list><title>References</title>
<ref id="B1"><label>1.</label><element-citation publication-type="journal"><person-group person-group-type="author">
<name><surname>Murphy</surname><given-names>Mary P.</given-names></name>
<name><surname>Lee</surname><given-names>A-B</given-names></name>
<etal/></person-group><article-title>Cells at 10<sup>6</sup></article-title><source>J Cells.</source><year>2008</year>
<volume>10</volume><issue>2</issue><fpage>11</fpage><lpage>19</lpage><pub-id pub-id-type="doi">10.1000/cells.8</pub-id>
<pub-id pub-id-type="pmid">18111111</pub-id><pub-id pub-id-type="pmc">2222222</pub-id></element-citation></ref>
<ref id="B2"><label>2.</label><mixed-citation publication-type="journal"><string-name><surname>Roe</surname>
<given-names>R</given-names></string-name>, <string-name><surname>Poe</surname>
<given-names>E</given-names></string-name>. <article-title>More cells</article-title>. <source>Stem Cells</source>
<year>2011</year>;<volume>4</volume>:<fpage>5</fpage>–<lpage>9</lpage>. <pub-id pub-id-type="pmid">19222222</pub-id>
</mixed-citation></ref>
<ref id="B3"><label>3.</label><citation citation-type="other"><source>Register of trials</source><year>2007</year>
<ext-link ext-link-type="uri" xlink:href="http://example.org/register"/><comment>cited 2008 Feb 26</comment>
</citation></ref>
<ref id="B4"><label>4.</label><mixed-citation>Smith J, Doe A. Cells in mice. J Cells. 2001;3(2):12-19.</mixed-citation>
</ref><ref id="B5"><label>5.</label><element-citation publication-type="book"><person-group><name><surname>Wu</surname>
<given-names>AH</given-names></name></person-group>
<chapter-title>Doses</chapter-title><source>The book</source><year>1999</year>
</element-citation><element-citation><person-group>
<name><surname>Xi</surname><given-names>B</given-names></name></person-group>
<article-title>Other doses</article-title><source>J Doses</source><year>2000</year></element-citation></ref>
</ref-list>"""


def article(body="", back="", more=""):
    return (ARTICLE % (body, back, more)).encode()


def document(body="", back="", more=""):
    return from_bytes(article(body, back, more), suffix=".nxml", doc="made.nxml", source="made.nxml")


def texts(doc, *kinds):
    return [doc.text[b.span.start : b.span.end] for b in doc.blocks if not kinds or b.kind in kinds]


def path_of(doc, text):
    block = doc.blocks[texts(doc).index(text)]
    return [texts(doc)[head] for head in block.heading_path]


def linked(doc):
    return [(doc.text[link.span.start : link.span.end], link.kind, link.targets) for link in doc.links]


def test_front_matter_is_metadata_title_abstract_and_key_words_and_nothing_else():
    doc = document("<p>Text.</p>")
    assert (doc.title, doc.authors, doc.date) == ("Cells for the knee: a made trial", ("Jane Doe",), "2019-03-07")
    assert (doc.doi, doc.language, doc.media_type) == ("10.1000/made.1", "en", "application/jats+xml")
    expected = ["Cells for the knee: a made trial", "Abstract", "Methods", "We gave 2 × 10⁶ cells."]
    assert texts(doc) == [*expected, "Key words: stem cell; knee", "Text."]
    assert path_of(doc, "We gave 2 × 10⁶ cells.") == ["Abstract", "Methods"]


def test_sections_nest_to_any_depth_and_each_paragraph_leads_back_to_its_element():
    raw = article(
        "<sec><label>1</label><title>Methods</title><p>One.</p><sec><title>Doses</title><sec><title>Knee</title>"
        "<p>Two.</p></sec></sec></sec><sec><title>Results</title><p>Three.</p><p>Four.</p></sec>"
    )
    doc = from_bytes(raw, suffix=".xml", doc="a", source="a")
    assert path_of(doc, "Two.") == ["1 Methods", "Doses", "Knee"]
    assert path_of(doc, "Four.") == ["Results"]
    root = etree.fromstring(raw, etree.XMLParser(load_dtd=False))
    for text in ("One.", "Two.", "Three.", "Four."):
        (origin,) = doc.origins_of(doc.blocks[texts(doc).index(text)].span)
        (element,) = root.xpath(origin.path)
        assert element.text == text
    assert origin.path == "/article/body/sec[2]/p[2]"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("10<sup>6</sup> cells", "10⁶ cells"),
        ("10<sup>6 </sup>cells", "10⁶ cells"),
        ("10 <sup>6</sup>/kg", "10⁶/kg"),
        ("10<italic><sup>−3</sup></italic> M", "10⁻³ M"),
        ("kg bw<sup>−1</sup>", "kg bw⁻¹"),
        ("CO<sub>2</sub>", "CO2"),
        ("2 &times; 10<sup>6</sup> &plusmn; 1&nosuch;", "2 × 10⁶ ± 1&nosuch;"),
        ("<inline-formula><mml:math><mml:mn>2</mml:mn><mml:mo>×</mml:mo><mml:msup><mml:mn>10</mml:mn><mml:mn>6</mml:mn>"
         "</mml:msup></mml:math></inline-formula> cells", "2×10⁶ cells"),
        ("<inline-formula><alternatives><tex-math>$$10^6$$</tex-math><mml:math><mml:msup><mml:mn>10</mml:mn>"
         "<mml:mn>7</mml:mn></mml:msup></mml:math></alternatives></inline-formula>", "10⁷"),
        (r"<inline-formula><tex-math>\begin{document}$$2 \times 10^{6}$$\end{document}</tex-math></inline-formula>",
         "2 × 10⁶"),
        ("<disp-formula><mml:math><mml:mfrac><mml:mrow><mml:mn>1</mml:mn><mml:mo>+</mml:mo><mml:mn>2</mml:mn></mml:mrow>"
         "<mml:mn>3</mml:mn></mml:mfrac></mml:math><label>(1)</label></disp-formula>", "(1+2)/3"),
        ("a<break/>b<index-term><term>hidden</term></index-term>", "a b"),
    ],
)  # fmt: skip
def test_running_text_keeps_powers_and_reads_formulas(markup, expected):
    assert texts(document(f"<p>{markup}</p>"))[-1] == expected


def test_exponent_is_a_repair_and_a_linked_superscript_a_marker_whatever_is_before_it():
    doc = document('<p>10<sup>6</sup> cells on day 10<sup><xref ref-type="bibr" rid="B2">2</xref></sup>.</p>', REFS)
    assert Counter(repair.name for repair in doc.repairs)[EXPONENT] == 3  # abstract, here and the title of an entry
    assert linked(doc) == [("[2]", "bibr", ("B2",))]
    listed = '<xref ref-type="bibr" rid="B1">1</xref>,<xref ref-type="bibr" rid="B2">2</xref>'
    assert texts(document(f"<p>in mice<sup>{listed}</sup></p>"))[-1] == "in mice¹,²"


@pytest.mark.parametrize(
    ("markup", "text", "links"),
    [
        ('x [<xref ref-type="bibr" rid="B1">1</xref>–<xref ref-type="bibr" rid="B4">4</xref>]', "x [1–4]",
         [("1", ("B1",)), ("–", ("B2", "B3")), ("4", ("B4",))]),
        ('x<sup><xref ref-type="bibr" rid="B1">1</xref>-<xref ref-type="bibr" rid="B3">3</xref></sup>', "x¹-³",
         [("¹", ("B1",)), ("-", ("B2",)), ("³", ("B3",))]),
        ('x [<xref ref-type="bibr" rid="B1">1</xref><xref ref-type="bibr" rid="B2"/>–'
         '<xref ref-type="bibr" rid="B3">3</xref>]',
         "x [1–3]", [("1", ("B1",)), ("–", ("B2",)), ("3", ("B3",))]),
        ('x [<xref ref-type="bibr" rid="B2">2–4</xref>]', "x [2–4]", [("2–4", ("B2", "B3", "B4"))]),
        ('x [<xref ref-type="bibr" rid="B1 B3">1,3</xref>]', "x [1,3]", [("1,3", ("B1", "B3"))]),
        ('5 million<xref ref-type="bibr" rid="B1">1</xref>, <xref ref-type="bibr" rid="B2">2</xref> for',
         "5 million¹, ² for", [("¹", ("B1",)), ("²", ("B2",))]),
        ('(<xref ref-type="bibr" rid="B1">Murphy et al., 2008</xref>)', "(Murphy et al., 2008)",
         [("Murphy et al., 2008", ("B1",))]),
        ('[<xref ref-type="bibr" rid="B1">1</xref>] – [<xref ref-type="bibr" rid="B3">3</xref>]', "[1] – [3]",
         [("1", ("B1",)), ("3", ("B3",))]),
    ],
)  # fmt: skip
def test_markers_link_to_their_entries_and_ranges_to_those_in_between(markup, text, links):
    doc = document(f"<p>{markup}</p>", REFS)
    assert texts(doc, "paragraph")[2] == text
    assert linked(doc) == [(surface, "bibr", targets) for surface, targets in links]


def test_lists_nest_and_break_their_paragraph():
    doc = document(
        "<p>Doses were:<list><list-item><p>Knee</p><list><list-item><p>2 million</p></list-item></list></list-item>"
        "<list-item><p>Hip</p><p>by need.</p></list-item></list>and no more.</p>"
    )
    assert texts(doc)[5:] == ["Doses were:", "Knee", "2 million", "Hip", "by need.", "and no more."]
    assert [block.kind for block in doc.blocks[6:9]] == ["list_item"] * 3
    assert path_of(doc, "2 million") == ["Knee"]
    assert path_of(doc, "and no more.") == []


def test_definition_lists_head_what_they_define():
    doc = document(
        "", "<glossary><def-list><def-item><term>MSC</term><def><p>stem cell</p></def></def-item></def-list></glossary>"
    )
    assert path_of(doc, "stem cell") == ["Abbreviations", "MSC"]


TABLE = """<table-wrap id="T1"><label>Table 1</label><caption><title>Doses</title><p>By arm</p></caption>
<table><thead><tr><th rowspan="2">Arm</th><th colspan="2">Dose (×10<sup>6</sup> cells/kg)</th></tr>
<tr><th>Knee</th><th>Hip</th></tr></thead>
<tbody><tr><td>Low<xref ref-type="table-fn" rid="f1">a</xref></td><td>2</td><td>3 × 10<sup>6</sup></td></tr>
<tr><td>High</td><td>4*</td><td><p>5</p><p>6</p></td></tr></tbody></table>
<table-wrap-foot><fn id="f1"><label>a</label><p>Per session.</p></fn><p>* Twice.</p></table-wrap-foot></table-wrap>"""


@pytest.mark.parametrize("place", ["in the section", "in the paragraph", "among the floats"])
def test_tables_stand_under_the_section_that_names_them_with_headers_labels_and_notes(place):
    mention = 'See <xref ref-type="table" rid="T1">Table 1</xref>.'
    inside = TABLE if place == "in the paragraph" else ""
    after = TABLE if place == "in the section" else ""
    floats = f"<floats-group>{TABLE}</floats-group>" if place == "among the floats" else ""
    doc = document(
        f"<sec><title>Doses</title><p>{mention}{inside}</p>{after}</sec><sec><title>End</title><p>Last.</p></sec>",
        "",
        floats,
    )
    assert path_of(doc, "2") == ["Doses", "Table 1. Doses. By arm", "Dose (×10⁶ cells/kg)", "Knee", "Lowᵃ"]
    assert path_of(doc, "3 × 10⁶")[-2:] == ["Hip", "Lowᵃ"]
    assert path_of(doc, "Last.") == ["End"]
    notes = {texts(doc)[i]: [texts(doc)[note] for note in b.notes] for i, b in enumerate(doc.blocks) if b.notes}
    assert notes == {"Lowᵃ": ["ᵃ Per session."], "4*": ["* Twice."]}
    (origin,) = doc.origins_of(doc.blocks[texts(doc).index("2")].span)
    assert origin.path.endswith("/table/tbody/tr[1]/td[2]")
    assert "5 6" in texts(doc, "cell")


def test_linked_note_does_not_hide_the_dose_of_its_cell():
    marked = TABLE.replace("<td>2</td>", '<td>2<xref ref-type="table-fn" rid="f1"><sup>a</sup></xref></td>')
    doses = {claim.figure: claim for claim in extract_document(document(f"<p>Stem cells.</p>{marked}")).claims}
    assert (doses["2"].quantity.low, doses["2"].quantity.unit) == (2_000_000, "cell/kg")


def test_floats_that_no_text_names_are_read_under_a_heading_of_their_own():
    figure = '<fig id="F1"><label>Fig. 1</label><caption><p>We gave 5 million.</p></caption><graphic/></fig>'
    doc = document("<sec><title>Discussion</title><p>Text.</p></sec>", "", f"<floats-group>{figure}</floats-group>")
    assert path_of(doc, "Fig. 1. We gave 5 million.") == ["Tables and figures"]


def test_headings_of_a_box_head_nothing_outside_it():
    box = "<boxed-text><caption><title>Box</title></caption><p>Inside.</p></boxed-text>"
    doc = document(f"<sec><title>Doses</title>{box}<p>Outside.</p></sec>")
    assert path_of(doc, "Outside.") == ["Doses"]
    doc = document("<sec><title>A</title><sec><title>B</title><p>Low.</p></sec><p>High.</p></sec>")
    assert path_of(doc, "High.") == ["A"]
    doc = document(f"<sec><title>Doses</title>{box}<p>Outside.</p></sec>")
    assert path_of(doc, "Inside.") == ["Doses", "Box"]


def test_back_matter_is_kept_under_headings():
    doc = document(
        "<p>Text.</p>",
        "<ack><p>We thank all.</p></ack><sec><title>Funding</title><p>None.</p></sec>"
        '<fn-group><fn id="n1"><p>Equal work.</p></fn></fn-group><bio><p>Jane is 50 years old.</p></bio>' + REFS,
        "<sub-article><body><p>Review of 5 million cells.</p></body></sub-article>",
    )
    assert path_of(doc, "We thank all.") == ["Acknowledgements"]
    assert path_of(doc, "None.") == ["Funding"]
    assert path_of(doc, "Equal work.") == ["Footnotes"]
    assert "50 years" not in doc.text
    assert "Review of" not in doc.text


def test_entries_give_their_fields_and_their_blocks_hold_no_claims():
    doc = document('<p>x [<xref ref-type="bibr" rid="B1">1</xref>]</p>', REFS)
    first, second, third, fourth, fifth, sixth = find_references(doc)
    assert (first.marker, first.key, first.first_author, first.authors) == (
        "1",
        "B1",
        "Murphy MP",
        ("Murphy MP", "Lee A-B"),
    )
    assert (first.title, first.journal, first.year, first.volume) == ("Cells at 10⁶", "J Cells", 2008, "10")
    assert (first.issue, first.pages, first.doi) == ("2", "11-19", "10.1000/cells.8")
    assert (first.pmid, first.pmcid) == ("18111111", "PMC2222222")
    assert first.raw.startswith("1. Murphy MP, Lee A-B, et al. Cells at 10⁶. J Cells 2008;10(2):11-19.")
    assert (second.first_author, second.pmid, second.pages) == ("Roe R", "19222222", "5-9")
    assert second.raw.endswith("Stem Cells 2011;4:5–9. 19222222")
    assert (third.title, third.url, third.accessed) == (
        "Register of trials",
        "http://example.org/register",
        "2008-02-26",
    )
    assert (fourth.first_author, fourth.title, fourth.year) == ("Smith J", "Cells in mice", 2001)
    assert (fifth.title, fifth.journal, fifth.marker) == ("Doses", "The book", "5")
    assert (sixth.title, sixth.marker) == ("Other doses", "5b")
    assert all(doc.text[entry.span.start : entry.span.end] == entry.raw for entry in doc.references)
    assert len(reference_blocks(doc)) == 6


def test_entries_without_labels_are_numbered_where_the_text_numbers_them_and_not_where_it_names_them():
    bare = REFS.replace("<label>1.</label>", "").replace("<label>2.</label>", "")
    numbered = document('<p>x [<xref ref-type="bibr" rid="B2">2</xref>]</p>', bare)
    named = document('<p>x (<xref ref-type="bibr" rid="B2">Roe, 2011</xref>)</p>', bare)
    assert [entry.marker for entry in numbered.references][:2] == ["1", "2"]
    assert [entry.marker for entry in named.references][:2] == [None, None]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b"<article><front>", "no well-formed XML"),
        (article()[:-30], "no well-formed XML"),
        (b'<!DOCTYPE article [<!ENTITY x SYSTEM "file:///etc/passwd">]><article><body><p>&x;</p></body></article>',
         "external entity, 'x'"),
        (b'<!DOCTYPE article [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><article><body><p>&b;</p></body></article>',
         "entity of its own, 'a'"),
        (b'<!DOCTYPE article [<!ENTITY % p SYSTEM "http://example.org/p.dtd"> %p;]><article><body/></article>',
         "external entity, 'p'"),
        (b"<article><body>" + b"<sec>" * 150 + b"</sec>" * 150 + b"</body></article>", "nests elements"),
        (b"<article><body><p>a\0b</p></body></article>", "no well-formed XML"),
        (b"<pmc-articleset><article/><article/></pmc-articleset>", "2 articles"),
        (b"\xff\xfe<\0a", "no UTF-16"),
        (b"<article><body><table-wrap><table><tr><td rowspan='9999' colspan='999'>1</td></tr>" + b"<tr/>" * 999
         + b"</table></table-wrap></body></article>", "more than 100000 cells"),
    ],
)  # fmt: skip
def test_hostile_and_broken_files_are_refused_with_a_reason(raw, reason):
    with pytest.raises(InputError, match=reason):
        jats.read(raw, source="made.nxml")


def test_unparsed_entities_of_pictures_do_no_harm():
    raw = article("<p>Text.</p>").replace(b'"x.dtd">', b'"x.dtd" [<!ENTITY f1 SYSTEM "f1.tif" NDATA tiff>]>')
    assert jats.read(raw, source="a").text.endswith("Text.")


def test_other_encodings_are_read():
    latin = article("<p>5 ± 1</p>").replace(b'"UTF-8"', b'"ISO-8859-1"').decode().encode("latin-1", "xmlcharrefreplace")
    wide = article("<p>5 ± 1</p>").decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")
    assert jats.matches(latin)
    assert jats.matches(wide)
    assert jats.read(latin, source="a").text.endswith("5 ± 1")
    assert jats.read(wide, source="a").text.endswith("5 ± 1")


@pytest.mark.parametrize(
    ("raw", "known"),
    [
        (article(), True),
        (b"<!-- <html> --><article article-type='x'><body/></article>", True),
        (b"<html><article><front/></article></html>", False),
        (b"<article class='post'><h1>News</h1></article>", False),
        (b"The <article> of 5 million cells <body>", False),
        (b"<PubmedArticleSet/>", False),
        (b"\xff\xfe\xd8", False),
    ],
)
def test_known_by_content(raw, known):
    assert jats.matches(raw) is known


NAMES = tuple(
    word
    for line in (
        "sec title p list list-item def-list def-item term def sup sub xref table-wrap table thead tbody tr td th",
        "caption label fn fn-group table-wrap-foot boxed-text fig disp-quote disp-formula inline-formula alternatives",
        "tex-math break ref-list ref element-citation mixed-citation person-group name surname given-names source",
        "year fpage pub-id ack app glossary abstract kwd-group kwd title-group article-title floats-group front",
        "article-meta body back supplementary-material",
    )
    for word in line.split()
)
LEAVES = st.one_of(st.sampled_from(["5", "10", " ", "–", ",", "a", "10.1000/x", "[", "2001"]), st.text(max_size=6))


@st.composite
def trees(draw, depth=4):
    element = etree.Element(draw(st.sampled_from(NAMES)))
    for name, value in draw(
        st.dictionaries(
            st.sampled_from(["id", "rid", "ref-type", "rowspan", "colspan"]),
            st.sampled_from(["B1", "B2 T1", "3", "fn", "bibr"]),
            max_size=3,
        )
    ).items():
        element.set(name, value)
    _tell(element, "text", draw(LEAVES))
    for child in draw(st.lists(trees(depth=depth - 1), max_size=4)) if depth else ():
        _tell(child, "tail", draw(LEAVES))
        element.append(child)
    return element


def _tell(element, where, text):
    try:
        setattr(element, where, text)
    except ValueError:  # characters that no XML can hold
        setattr(element, where, "x")


@settings(max_examples=120, deadline=None)
@given(st.lists(trees(), max_size=4))
def test_any_tree_is_read_or_refused_and_its_places_lie_in_its_text(parts):
    root = etree.Element("article")
    root.extend(parts)
    try:
        layout = jats.read(etree.tostring(root), source="made")
    except LitclaimsError:
        return
    ends = [0]
    for origin in layout.origins:
        assert ends[-1] <= origin.span.start < origin.span.end <= len(layout.text)
        ends.append(origin.span.end)
    assert all(link.span.end <= len(layout.text) and link.targets for link in layout.links)
    assert all(layout.text[entry.span.start : entry.span.end] == entry.raw for entry in layout.references)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_mutated_bytes_raise_nothing_but_our_own_error(data):
    raw = bytearray(
        article(f"<sec><title>A</title><p>5 <xref ref-type='bibr' rid='B1'>1</xref></p>{TABLE}</sec>", REFS)
    )
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 12))] = data.draw(st.binary(max_size=4))
    jats.matches(bytes(raw))
    try:
        layout = jats.read(bytes(raw), source="made")
    except LitclaimsError:
        return
    assert layout.text.strip() == layout.text


@near
@pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.stem)
def test_paper_gives_the_dose_claims_of_its_plain_text(path):
    """Value for value all that the text holds; tables may hold more, as the text runs their cells together."""
    structured = extract_document(read(path))
    plain = _doses(extract_document(read(path.with_suffix(".txt"))))
    assert _doses(structured) >= plain
    assert _doses(structured, running=True) <= plain


def _doses(extraction, *, running=False):
    blocks = extraction.document.blocks
    cells = [block.span for block in blocks if block.kind == "cell" and running]
    return Counter(
        (claim.measure, claim.quantity.low, claim.quantity.high, claim.quantity.unit, claim.quantity.bound)
        for claim in extraction.claims
        if claim.measure in DOSE_MEASURES and not any(span.contains(claim.span) for span in cells)
    )


@near
@pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.stem)
def test_every_marker_of_a_paper_links_to_an_entry_and_none_is_a_power(path):
    doc = read(path)
    keys = {entry.key for entry in doc.references}
    markers = [link for link in doc.links if link.kind == "bibr"]
    root = etree.parse(path, etree.XMLParser(load_dtd=False, no_network=True)).getroot()
    refs = set(root.xpath("//ref/@id"))
    printed = [x for x in root.xpath("//body//xref|//abstract//xref|//floats-group//xref") if x.get("rid") in refs]
    assert len([link for link in markers if doc.text[link.span.start : link.span.end].strip("–-‐ ")]) >= len(printed)
    assert all(keys.issuperset(link.targets) for link in markers)
    powers = {repair.span.start for repair in doc.repairs if repair.name == EXPONENT}
    assert not any(link.span.start in powers for link in doc.links)


@near
@pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.stem)
def test_every_raised_exponent_of_a_paper_is_kept(path):
    doc = read(path)
    root = etree.parse(path, etree.XMLParser(load_dtd=False, no_network=True)).getroot()
    raised = [
        sup
        for sup in root.xpath("//body//sup|//abstract//sup")
        if not len(sup) and (sup.text or "").strip().isdigit() and _before(sup).rstrip().endswith(("×10", " 10", "*10"))
    ]
    kept = [repair for repair in doc.repairs if repair.name == EXPONENT]
    assert len(kept) >= len(raised)
    assert all(doc.text[: repair.span.start].endswith("10") for repair in kept)


def _before(element):
    before = element.getprevious()
    return (element.getparent().text if before is None else before.tail) or ""


@near
def test_references_of_the_papers_come_out_field_by_field():
    gold = SHARED / "gold" / "papers.jsonl"
    right, total = Counter(), Counter()
    for document in read_gold(gold, root=SHARED).documents:
        if document.references:
            doc = read((SHARED / document.doc).with_suffix(".nxml"))
            entries = judge_references(document.references, find_references(doc))
            for name, counts in field_counts(entries).items():
                right[name] += counts.right
                total[name] += counts.right + counts.partial + counts.wrong + counts.silent + counts.spurious
            missed = sum(entry.label == "silent" for entry in entries)
            total.update(dict.fromkeys(right, missed))
    for name in FIELDS:
        assert right[name] / total[name] >= 0.97, name
