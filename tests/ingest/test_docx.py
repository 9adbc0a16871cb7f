"""Word documents: powers however they are set, changes as accepted, tables, places; and files made to do harm."""

from __future__ import annotations

import functools
import io
import zipfile

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litclaims import ingest
from litclaims.errors import InputError, LitclaimsError, UnsupportedFormat
from litclaims.ingest.docx import matches

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"
NOTES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"


def saved(document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


@functools.cache
def small() -> bytes:
    document = docx.Document()
    document.add_paragraph("Patients received 5 million cells.")
    return saved(document)


def packed(changes: dict[str, bytes], raw: bytes | None = None) -> bytes:
    """A package with some members replaced or added."""
    file = io.BytesIO()
    left = dict(changes)
    with zipfile.ZipFile(io.BytesIO(raw or small())) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, left.pop(name, None) or old.read(name))
        for name, data in left.items():
            new.writestr(name, data)
    return file.getvalue()


def body(inner: str, before: str = "") -> bytes:
    return f"{before}<w:document {W} {M}><w:body>{inner}</w:body></w:document>".encode()


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def read(raw: bytes):
    return ingest.from_bytes(raw, suffix=".docx", doc="a.docx", source="a.docx")


def read_body(inner: str, **more: bytes):
    return read(packed({"word/document.xml": body(inner)} | more))


def texts(document, kind=None):
    return [document.text[block.span.start : block.span.end] for block in document.blocks if kind in (None, block.kind)]


RAISED = '<w:vertAlign w:val="superscript"/>'


@pytest.mark.parametrize(
    "exponent",
    [
        run("6", RAISED),
        run("6", '<w:position w:val="6"/>'),
        run("6", '<w:rStyle w:val="Power"/>'),
        run("6", '<w:rStyle w:val="PowerInBlue"/>'),
        f'<w:ins w:id="1" w:author="x">{run("6", RAISED)}</w:ins>',
    ],
)
def test_every_way_to_raise_an_exponent_is_one(exponent):
    styles = (
        f'<w:styles {W}><w:style w:type="character" w:styleId="Power"><w:name w:val="Power"/><w:rPr>{RAISED}</w:rPr>'
        '</w:style><w:style w:type="character" w:styleId="PowerInBlue"><w:name w:val="Blue"/><w:basedOn w:val="Power"/>'
        "</w:style></w:styles>"
    ).encode()
    document = read_body(f"<w:p>{run('2 × 10')}{exponent}{run(' cells/kg')}</w:p>", **{"word/styles.xml": styles})
    assert document.text == "2 × 10⁶ cells/kg"
    assert [repair.name for repair in document.repairs] == ["exponent restored from superscript"]


def test_exponent_over_two_runs_and_in_an_equation_is_one():
    equation = (
        "<m:oMath><m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e><m:sup><m:r><m:t>9</m:t></m:r></m:sup></m:sSup></m:oMath>"
    )
    document = read_body(
        f"<w:p>{run('2 × 10')}{run('1', RAISED)}{run('2', RAISED)}{run(' vg')}</w:p>"
        f"<w:p>{run('5 × ')}{equation}{run(' cells')}</w:p>"
    )
    assert texts(document) == ["2 × 10¹² vg", "5 × 10⁹ cells"]


def test_insertions_and_moved_text_are_in_and_deletions_and_hidden_text_out():
    document = read_body(
        f'<w:p>{run("Give ")}<w:del w:id="1" w:author="x"><w:r><w:delText>11 million</w:delText></w:r></w:del>'
        f'<w:ins w:id="2" w:author="x">{run("22 million")}</w:ins>{run(" cells")}'
        f"{run(' or 33 million', '<w:vanish/>')}</w:p>"
        f'<w:p><w:moveFrom w:id="3" w:author="x">{run("44 million")}</w:moveFrom>'
        f'<w:moveTo w:id="4" w:author="x">{run("55 million")}</w:moveTo></w:p>'
    )
    assert texts(document) == ["Give 22 million cells", "55 million"]


def test_footnote_is_a_block_that_its_mark_refers_to():
    note = f"<w:p>{run('Or 3 × 10')}{run('6', RAISED)}</w:p>"
    notes = f'<w:footnotes {W}><w:footnote w:id="2">{note}</w:footnote></w:footnotes>'
    link = f'<Relationship Id="r1" Type="{NOTES}" Target="footnotes.xml"/>'
    links = f'<Relationships xmlns="{RELATED}">{link}</Relationships>'
    document = read_body(
        f'<w:p>{run("Give 10 million cells")}<w:r><w:footnoteReference w:id="2"/></w:r>{run(".")}</w:p>',
        **{"word/footnotes.xml": notes.encode(), "word/_rels/document.xml.rels": links.encode()},
    )
    assert texts(document) == ["Give 10 million cells[1].", "Or 3 × 10⁶"]
    assert [block.kind for block in document.blocks] == ["paragraph", "footnote"]
    assert document.blocks[0].notes == (1,)
    assert document.links[0].kind == "fn"
    assert document.origins[-1].path == "footnote 2"


@functools.cache
def guide() -> bytes:
    document = docx.Document()
    document.core_properties.author = "J Doe; K Roe"
    document.core_properties.language = "en-US"
    document.add_paragraph("Cells for the knee", style="Title")
    document.add_heading("Doses", 1)
    document.add_paragraph("Knee", style="List Bullet")
    document.add_paragraph("Table 1. Doses of the arms", style="Caption")
    table = document.add_table(rows=3, cols=3)
    for row, words in enumerate([["Arm", "Dose (×10", ""], ["Low", "2", "5"], ["High", "7", "8"]]):
        for column, word in enumerate(words):
            table.cell(row, column).paragraphs[0].add_run(word)
    power = table.cell(0, 1).paragraphs[0].add_run("6")
    power.font.superscript = True
    table.cell(0, 1).paragraphs[0].add_run(" cells)")
    table.cell(0, 1).merge(table.cell(0, 2))
    document.add_paragraph("After the table.")
    document.sections[0].header.paragraphs[0].text = "Header 66 million cells"
    document.sections[0].footer.paragraphs[0].text = "Footer 77 million cells"
    document.add_heading("References", 1)
    document.add_paragraph("Doe J. A trial. J Test. 2001;1:2.", style="List Number")
    return saved(document)


def test_title_authors_headings_and_lists_are_read_and_header_and_footer_are_not():
    document = read(guide())
    assert (document.title, document.authors, document.language) == ("Cells for the knee", ("J Doe", "K Roe"), "en")
    assert texts(document, "heading") == ["Doses", "References"]
    assert texts(document, "list_item") == ["Knee", "Doe J. A trial. J Test. 2001;1:2."]
    assert "66" not in document.text
    assert "77" not in document.text
    assert [reference.marker for reference in document.references] == ["1"]


def test_merged_header_heads_all_its_columns():
    document = read(guide())
    block = document.blocks[texts(document).index("8")]
    assert [texts(document)[head] for head in block.heading_path][-3:] == [
        "Table 1. Doses of the arms",
        "Dose (×10⁶ cells)",
        "High",
    ]


def test_places_are_those_that_a_reader_counts():
    document = read(guide())
    places = {document.text[origin.span.start : origin.span.end]: origin.path for origin in document.origins}
    assert places["Cells for the knee"] == "paragraph 1"
    assert places["After the table."] == "paragraph 5"
    assert places["8"] == "table 1, row 3, column 3"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"word/media/image1.bin": b"\0" * 20_000_000}, "zip bomb"),
        ({"../../etc/cron.d/x": b"x"}, "leads out of it"),
        ({"/etc/x": b"x"}, "leads out of it"),
        ({f"word/a{number}.bin": b"" for number in range(5_001)}, "members"),
        ({"word/document.xml": body("<w:p/>" * 300_000)}, "elements, the limit is"),
        ({"word/document.xml": body("<w:p/>", '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>')}, "entities"),
        ({"word/document.xml": body("<w:p/>", '<!DOCTYPE x SYSTEM "file:///etc/hosts">')}, "entities"),
        ({"word/document.xml": body("<w:tbl><w:tr><w:tc>" * 2_000)}, "broken part"),
        ({"word/document.xml": b"<x/>"}, "holds no text|cannot be read"),
        ({"word/document.xml": body("")}, "holds no text"),
    ],
    ids=lambda value: value if isinstance(value, str) else "package",
)
def test_harmful_package_is_refused_with_a_reason(changes, reason):
    with pytest.raises(InputError, match=reason):
        read(packed(changes))


def test_truncated_encrypted_and_old_files_say_so():
    compound = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    with pytest.raises(InputError, match="truncated"):
        read(small()[:-300])
    with pytest.raises(InputError, match="encrypted"):
        read(compound + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(UnsupportedFormat, match=r"before \.docx"):
        read(compound)


def test_document_is_known_by_its_members_not_by_its_name():
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("a.txt", "5 million cells")
    assert matches(small())
    assert matches(small()[:-300])
    assert not matches(plain.getvalue())
    assert not matches(b"5 million cells")
    assert ingest.from_bytes(small(), suffix=".pdf", doc="a", source="a").text == "Patients received 5 million cells."


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), max_size=12), st.integers(0, 400))
def test_mutated_package_is_read_or_refused_with_a_reason(changes, cut):
    raw = bytearray(guide())
    for at, byte in changes:
        raw[at % len(raw)] = byte
    try:
        document = read(bytes(raw[: len(raw) - cut]))
    except LitclaimsError:
        return
    assert document.text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 1 << 16), st.sampled_from(b"<>/\"'&;wp:0 ")), max_size=6))
def test_mutated_part_is_read_or_refused_with_a_reason(changes):
    with zipfile.ZipFile(io.BytesIO(guide())) as archive:
        part = bytearray(archive.read("word/document.xml"))
    for at, byte in changes:
        part[at % len(part)] = byte
    try:
        document = read(packed({"word/document.xml": bytes(part)}, guide()))
    except LitclaimsError:
        return
    assert document.text
