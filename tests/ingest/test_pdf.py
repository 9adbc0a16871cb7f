"""PDFs made here with reportlab: what was drawn comes back as text, blocks, tables and places."""

import io
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen import canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageBreak, PageTemplate, Paragraph, Spacer, Table

from litclaims import ingest
from litclaims.errors import InputError, LitclaimsError
from litclaims.ingest import pdf
from litclaims.ingest._pdf import glyphs, pages
from litclaims.ingest.raised import EXPONENT

BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=10, leading=12, spaceAfter=6)
INDENTED = ParagraphStyle("indented", parent=BODY, firstLineIndent=12, spaceAfter=0, alignment=4)
HEADING = ParagraphStyle("heading", fontName="Times-Bold", fontSize=13, leading=16, spaceBefore=8, spaceAfter=4)
SUBHEADING = ParagraphStyle("subheading", fontName="Times-Bold", fontSize=10, leading=12, spaceBefore=6, spaceAfter=2)
TITLE = ParagraphStyle("title", fontName="Times-Bold", fontSize=18, leading=22, spaceAfter=10)
CELL = ParagraphStyle("cell", fontName="Times-Roman", fontSize=9, leading=11)
SMALL_CELL = ParagraphStyle("small cell", fontName="Times-Roman", fontSize=7, leading=8.5)
NOTE = ParagraphStyle("note", fontName="Times-Roman", fontSize=8, leading=10)
ITEM = ParagraphStyle("item", parent=BODY, leftIndent=24, bulletIndent=8, spaceAfter=0)
INNER = ParagraphStyle("inner", parent=ITEM, leftIndent=40, bulletIndent=26)
ENTRY = ParagraphStyle("entry", fontName="Times-Roman", fontSize=9, leading=11, leftIndent=18, firstLineIndent=-18)

SIX, MARK = "<super>6</super>", "<super>12,13</super>"
FILLER = (
    "The cells were thawed at the bedside and counted twice before they were given. "
    "Nurses watched each patient over the night and noted fever, pain and swelling. "
)


def made(story, *, columns=1, decorate=None, pagesize=A4, **said):
    """The bytes of a PDF of paragraphs and tables, in one or two columns."""
    buffer = io.BytesIO()
    template = BaseDocTemplate(buffer, pagesize=pagesize, **said)
    width = (pagesize[0] - 100 - 20 * (columns - 1)) / columns
    frames = [
        Frame(50 + index * (width + 20), 60, width, pagesize[1] - 120, leftPadding=0, rightPadding=0)
        for index in range(columns)
    ]
    template.addPageTemplates([PageTemplate(frames=frames, onPage=decorate or (lambda canvas, template: None))])
    template.build([Paragraph(part, BODY) if isinstance(part, str) else part for part in story])
    return buffer.getvalue()


def drawn(draw, **options):
    """The bytes of a PDF of what a function draws on a canvas."""
    buffer = io.BytesIO()
    surface = canvas.Canvas(buffer, pagesize=options.pop("pagesize", A4), **options)
    surface.setFont("Times-Roman", 10)
    draw(surface)
    surface.save()
    return buffer.getvalue()


def document(raw):
    return ingest.from_bytes(raw, suffix=".pdf", doc="made.pdf", source="made.pdf")


def blocks(read, *kinds):
    return [read.text[block.span.start : block.span.end] for block in read.blocks if not kinds or block.kind in kinds]


def heads(read, text):
    """The texts that head the block of that text."""
    found = next(block for block in read.blocks if read.text[block.span.start : block.span.end] == text)
    spans = [read.blocks[index].span for index in found.heading_path]
    return [read.text[span.start : span.end] for span in spans]


def test_exponent_stays_a_power_and_mark_a_mark_in_every_part_of_a_document():
    grid = Table(
        [
            [Paragraph("Arm", CELL), Paragraph(f"Dose (×10{SIX} cells/kg)", CELL)],
            [Paragraph("Knee<super>a</super>", CELL), Paragraph(f"2 × 10{SIX}", CELL)],
        ],
        style=[("GRID", (0, 0), (-1, -1), 0.5, colors.black)],
        colWidths=[100, 150],
    )
    read = document(
        made(
            [
                Paragraph(f"A dose of 3 × 10{SIX} cells", TITLE),
                Paragraph(f"Doses up to 10{SIX}–10<super>7</super> cells", HEADING),
                f"Each knee received 4 × 10{SIX} mesenchymal cells.{MARK} The clinics{MARK} gave "
                f"5 × 10<super>−3</super> mL/cm<super>2</super> of H<sub>2</sub>O. " + FILLER,
                Paragraph("Table 1. Doses", CELL),
                grid,
                Paragraph(f"<super>a</super> at most 9 × 10{SIX} cells", NOTE),
                f"• An item of 7 × 10{SIX} cells",
                FILLER,
            ]
        )
    )
    for figure in ("3 × 10⁶", "10⁶–10⁷", "4 × 10⁶", "5 × 10⁻³", "×10⁶", "2 × 10⁶", "9 × 10⁶", "7 × 10⁶"):
        assert figure in read.text
    assert "cells.¹²,¹³ The clinics¹²,¹³ gave" in read.text
    assert "mL/cm² of H2O" in read.text
    powers = [read.text[repair.span.start : repair.span.end] for repair in read.repairs if repair.name == EXPONENT]
    assert powers == ["⁶", "⁶", "⁷", "⁶", "⁻³", "⁶", "⁶", "⁶", "⁶"]


@pytest.mark.parametrize("size", [6, 9, 12, 24])
@pytest.mark.parametrize("rise", [0.25, 0.33, 0.5])
@pytest.mark.parametrize("share", [0.5, 0.65, 0.8])
def test_exponent_is_found_at_any_size_and_rise(size, rise, share):
    def draw(surface):
        text = surface.beginText(60, 500)
        text.setFont("Helvetica", size)
        text.textOut("We gave 2 x 10")
        text.setRise(rise * size)
        text.setFont("Helvetica", share * size)
        text.textOut("6")
        text.setRise(0)
        text.setFont("Helvetica", size)
        text.textOut(" cells/kg")
        surface.drawText(text)

    assert document(drawn(draw)).text == "We gave 2 x 10⁶ cells/kg"


def test_exponent_that_the_file_draws_last_or_in_parts_is_put_in_its_place():
    def draw(surface):
        surface.drawString(60, 500, "We gave 2 x 10")
        surface.drawString(135, 500, "cells/kg and 3 x 10")
        surface.drawString(230, 500, "platelets.")
        surface.setFont("Times-Roman", 6.5)
        surface.drawString(123, 503.5, "6")
        surface.setFont("Symbol", 6.5)
        surface.drawString(213.5, 503.5, "−")
        surface.setFont("Times-Roman", 6.5)
        surface.drawString(218, 503.5, "2")

    assert document(drawn(draw)).text == "We gave 2 x 10⁶ cells/kg and 3 x 10⁻² platelets."


def test_raised_letters_of_full_size_are_raised():
    def draw(surface):
        text = surface.beginText(60, 500)
        text.textOut("We gave 2 x 10")
        text.setRise(4)
        text.textOut("6")
        text.setRise(0)
        text.textOut(" cells/kg to each patient.")
        surface.drawText(text)

    assert document(drawn(draw)).text == "We gave 2 x 10⁶ cells/kg to each patient."


def test_columns_are_read_one_after_the_other_and_paragraphs_go_on_over_columns_and_pages():
    story = [
        Paragraph(f"Opening {number} of the text. {FILLER * 3}Closing {number}.", INDENTED) for number in range(30)
    ]
    read = document(made(story, columns=2))
    assert max(block.page for block in read.blocks) > 1
    assert blocks(read) == [
        " ".join(f"Opening {number} of the text. {FILLER * 3}Closing {number}.".split()) for number in range(30)
    ]


def test_title_and_table_over_both_columns_part_them():
    def draw(surface):
        surface.setFont("Times-Bold", 18)
        surface.drawString(150, 780, "Cells for the knee: a trial of doses")
        surface.setFont("Times-Roman", 10)
        for column, x in enumerate((60, 310)):
            for line in range(12):
                surface.drawString(x, 740 - 12 * line, f"Line {line} of column {column} above the long line now.")
        surface.drawString(
            60, 570, "A line over both columns that says in one sentence what they have in common, word by word."
        )
        for column, x in enumerate((60, 310)):
            for line in range(12):
                surface.drawString(x, 540 - 12 * line, f"Line {line} of column {column} below the long line now.")

    text = document(drawn(draw)).text
    order = [
        "trial of doses", "Line 0 of column 0 above", "Line 11 of column 0 above", "Line 0 of column 1 above",
        "over both columns", "Line 0 of column 0 below", "Line 0 of column 1 below", "Line 11 of column 1 below",
    ]  # fmt: skip
    assert sorted(order, key=text.index) == order


def test_running_lines_and_page_numbers_are_left_out():
    def decorate(surface, template):
        surface.setFont("Times-Roman", 8)
        surface.drawString(50, 815, "Journal of Made-up Medicine 2021;4:1–9")
        surface.drawRightString(545, 815, "Doe et al.")
        surface.drawCentredString(297, 30, f"Page {template.page} of 4")

    story = [part for number in range(4) for part in (f"Page text {number}. {FILLER * 4}", PageBreak())]
    read = document(made(story, decorate=decorate))
    assert len(blocks(read)) == 4
    assert "Journal" not in read.text
    assert "Doe" not in read.text
    assert "of 4" not in read.text
    assert "Page text 3." in read.text


def test_doses_at_the_edge_of_pages_are_no_running_lines():
    story = [part for number in range(3) for part in (f"Dose {number}: {number + 7} million cells.", PageBreak())]
    assert blocks(document(made(story))) == [f"Dose {number}: {number + 7} million cells." for number in range(3)]


def test_hyphen_at_the_line_end_is_closed_and_hyphen_of_the_word_is_kept():
    def draw(surface):
        lines = (
            "The transplan-", "tation of the cells was intra-", "articular and gave 40–", "200 million, or 10-",
            "20 million CD34-", "positive and non-CD-", "34 cells for dose-", "response: the dose and response rose.",
        )  # fmt: skip
        for number, line in enumerate(lines):
            surface.drawString(60, 700 - 12 * number, line)

    read = document(drawn(draw))
    assert read.text == (
        "The transplantation of the cells was intra-articular and gave 40–200 million, or 10-20 million CD34-positive "
        "and non-CD-34 cells for dose-response: the dose and response rose."
    )
    joined = [read.text[repair.span.start : repair.span.end].strip() for repair in read.repairs]
    assert joined == ["tation"]


def test_headings_of_size_weight_and_number_get_their_levels():
    read = document(
        made(
            [
                Paragraph("Cells for the knee: a trial", TITLE),
                Paragraph("Methods", HEADING),
                FILLER * 2,
                Paragraph("Doses per knee", SUBHEADING),
                f"Each knee received 10 million cells. {FILLER}",
                Paragraph("Results", HEADING),
                FILLER * 2,
            ]
        )
    )
    assert read.title == "Cells for the knee: a trial"
    assert [(block.kind, block.level) for block in read.blocks] == [
        ("title", 0), ("heading", 2), ("paragraph", 0), ("heading", 3), ("paragraph", 0), ("heading", 2),
        ("paragraph", 0),
    ]  # fmt: skip
    assert heads(read, " ".join(f"Each knee received 10 million cells. {FILLER}".split())) == [
        "Methods",
        "Doses per knee",
    ]


def test_lists_keep_their_nesting_and_lose_their_markers():
    read = document(
        made(
            [
                "The doses were as follows:",
                Paragraph(
                    "Knee, as told to each of the patients before the start and again at the end of it:", ITEM, "•"
                ),
                Paragraph("10 million cells in 2 mL", INNER, "–"),
                Paragraph("20 million cells in 4 mL", INNER, "–"),
                Paragraph("Hip: 30 million cells", ITEM, "•"),
                Spacer(1, 20),
                FILLER,
            ]
        )
    )
    assert [(block.kind, block.level) for block in read.blocks[:5]] == [
        ("paragraph", 0), ("list_item", 1), ("list_item", 2), ("list_item", 2), ("list_item", 1),
    ]  # fmt: skip
    assert blocks(read, "list_item")[-1] == "Hip: 30 million cells"
    assert heads(read, "20 million cells in 4 mL")[-1].startswith("Knee")


def rows(style):
    texts = [
        ["Arm", f"Dose (×10{SIX} cells/kg)", "Route", "Patients"],
        ["Low dose", "2", "intravenous", "12"],
        ["High dose<super>a</super>", "5", "intravenous", "11"],
        ["Joint", "1 × 10<super>7</super> cells", "intra-articular injection into the space of the knee joint", "10"],
    ]
    return [[Paragraph(text, style) for text in row] for row in texts]


THREE_RULES = [
    ("LINEABOVE", (0, 0), (-1, 0), 1, colors.black),
    ("LINEBELOW", (0, 0), (-1, 0), 0.5, colors.black),
    ("LINEBELOW", (0, -1), (-1, -1), 1, colors.black),
]


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("valign", ["TOP", "MIDDLE", "BOTTOM"])
@pytest.mark.parametrize("rules", ["grid", "three", "none"])
def test_cells_of_a_table_stand_under_caption_header_and_label(rules, valign, columns):
    style = {"grid": [("GRID", (0, 0), (-1, -1), 0.5, colors.black)], "three": THREE_RULES, "none": []}[rules]
    widths = [80, 110, 120, 60] if columns == 1 else [54, 66, 76, 41]
    table = Table(
        rows(CELL if columns == 1 else SMALL_CELL),
        colWidths=widths,
        style=[*style, ("VALIGN", (0, 0), (-1, -1), valign)],
    )
    read = document(
        made(
            [
                FILLER * 5,
                Paragraph("<b>Table 1.</b> Doses of the trial.", CELL),
                table,
                Paragraph(f"<super>a</super> per session, at most 9 × 10{SIX} cells.", NOTE),
                Spacer(1, 14),
                *[FILLER * 5] * 6,
            ],
            columns=columns,
        )
    )
    route = "intra-articular injection into the space of the knee joint"
    assert heads(read, "5") == ["Table 1. Doses of the trial.", "Dose (×10⁶ cells/kg)", "High doseᵃ", "intravenous"]
    assert heads(read, "1 × 10⁷ cells") == ["Table 1. Doses of the trial.", "Dose (×10⁶ cells/kg)", "Joint", route]
    assert heads(read, route) == ["Table 1. Doses of the trial.", "Route", "Joint"]
    assert blocks(read, "footnote") == ["ᵃ per session, at most 9 × 10⁶ cells."]
    noted = [block for block in read.blocks if block.notes]
    assert [read.text[block.span.start : block.span.end] for block in noted] == ["High doseᵃ"]
    assert len(blocks(read, "cell")) == 16


SPANNED = [
    ["Arm", "Dose, million cells", "", "n"],
    ["", "Knee", "Hip", ""],
    ["Low", "1", "2", "12"],
    ["High", "3", "4", "13"],
]


def test_spanned_headers_reach_all_their_columns():
    table = Table(
        [
            ["Arm", "Dose, million cells", "", "n"],
            ["", "Knee", "Hip", ""],
            ["Low", "1", "2", "12"],
            ["High", "3", "4", "13"],
        ],
        style=[
            ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
            ("SPAN", (1, 0), (2, 0)),
            ("SPAN", (0, 0), (0, 1)),
            ("SPAN", (3, 0), (3, 1)),
        ],
    )
    read = document(made([FILLER, Paragraph("Table 2. Doses", CELL), table, Spacer(1, 20), FILLER]))
    assert heads(read, "4") == ["Table 2. Doses", "Dose, million cells", "Hip", "High"]


def test_short_rule_below_a_header_says_how_far_it_reaches():
    table = Table(
        SPANNED,
        style=[
            ("LINEABOVE", (0, 0), (-1, 0), 1, colors.black),
            ("LINEBELOW", (1, 0), (2, 0), 0.5, colors.black),
            ("LINEBELOW", (0, 1), (-1, 1), 0.5, colors.black),
            ("LINEBELOW", (0, -1), (-1, -1), 1, colors.black),
            ("SPAN", (1, 0), (2, 0)),
            ("ALIGN", (0, 0), (-1, -1), "LEFT"),
        ],
        colWidths=[80, 120, 120, 60],
    )
    read = document(made([FILLER, Paragraph("Table 2. Doses", CELL), table, Spacer(1, 20), FILLER]))
    assert heads(read, "3") == ["Table 2. Doses", "Dose, million cells", "Knee", "High"]
    assert heads(read, "4") == ["Table 2. Doses", "Dose, million cells", "Hip", "High"]


def test_columns_of_figures_that_are_not_sure_stay_running_text():
    def draw(surface):
        surface.drawString(60, 700, "Table 3. Doses that do not stand in columns")
        surface.drawString(60, 685, "knee 2 million")
        surface.drawString(200, 685, "hip 5 million")
        surface.drawString(60, 672, "a label that runs on over the second one, then")
        surface.drawString(300, 672, "7 million")
        surface.drawString(120, 659, "and some")
        surface.drawString(230, 659, "more of it here")

    read = document(drawn(draw))
    assert not blocks(read, "cell")
    assert "7 million" in read.text


def test_every_word_leads_back_to_where_it_was_drawn():
    def draw(surface):
        surface.drawString(72, 600, "Each knee received")
        surface.drawString(72, 588, "12 million cells in all.")
        surface.showPage()
        surface.setFont("Times-Roman", 10)
        surface.drawString(100, 400, "Later 34 million followed.")

    read = document(drawn(draw))
    from reportlab.pdfbase.pdfmetrics import stringWidth

    for word, page, before, left, base in (("12", 1, "", 72, 588), ("34", 2, "Later ", 100, 400)):
        at = read.text.index(word)
        (origin,) = read.origins_of(type(read.blocks[0].span)(at, at + 2))
        x0 = left + stringWidth(before, "Times-Roman", 10)
        assert origin.page == page
        assert origin.box == pytest.approx((x0, base, x0 + stringWidth(word, "Times-Roman", 10), base + 10), abs=3), (
            word
        )
        assert origin.box[0] == pytest.approx(x0, abs=0.1)
        assert origin.box[1] < base < origin.box[3]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_turned_text_and_pages_are_read_and_lead_back(turn):
    def draw(surface):
        surface.setPageRotation(turn)
        surface.translate(300, 400)
        surface.rotate(turn)
        surface.drawString(10, 0, "We gave 2 × 10")
        surface.setFont("Times-Roman", 6.5)
        surface.drawString(10 + surface.stringWidth("We gave 2 × 10", "Times-Roman", 10), 3.5, "6")
        surface.setFont("Times-Roman", 10)
        surface.drawString(80, 0, "cells")
        surface.drawString(10, -12, "with more words on the line below.")

    read = document(drawn(draw))
    assert read.text == "We gave 2 × 10⁶ cells with more words on the line below."
    at = read.text.index("with")
    (origin,) = read.origins_of(type(read.blocks[0].span)(at, at + 4))
    x, y = {0: (310, 388), 90: (312, 410), 180: (290, 412), 270: (288, 390)}[turn]
    left, bottom, right, top = origin.box
    assert left - 0.5 <= x <= right + 0.5
    assert bottom - 0.5 <= y <= top + 0.5


def test_slanted_watermark_is_left_out():
    def draw(surface):
        surface.drawString(60, 700, "The knee received 10 million cells.")
        surface.translate(200, 300)
        surface.rotate(45)
        surface.setFont("Times-Bold", 60)
        surface.drawString(0, 0, "DRAFT 500 million cells")

    assert document(drawn(draw)).text == "The knee received 10 million cells."


@pytest.mark.parametrize("form", ["[{}]", "{}."])
def test_entries_of_a_reference_list_stay_apart_with_their_numbers(form):
    entries = [
        f"{form.format(number)} Doe J, Roe R. A trial of {number} doses of cells for the knee, in all patients of "
        f"the clinic. J Made Up. {2000 + number};{number}:1–9."
        for number in range(1, 25)
    ]
    story = [FILLER * 4, Paragraph("References", HEADING), *[Paragraph(entry, ENTRY) for entry in entries]]
    assert blocks(document(made(story, columns=2)))[2:] == entries


def test_entries_without_numbers_stay_apart_by_their_hanging_indent():
    entries = [
        f"Doe{name} J, Roe R ({year}). A trial of doses of cells for the knee, in all patients of the clinic and of "
        "its branches, with a look at those who came from abroad. Journal of Made-up Medicine 4:1–9."
        for name, year in zip("abcdefgh", range(2001, 2009), strict=True)
    ]
    story = [FILLER * 2, Paragraph("References", HEADING), *[Paragraph(entry, ENTRY) for entry in entries]]
    assert blocks(document(made(story)))[2:] == entries


def test_metadata_of_the_first_page():
    read = document(
        made(
            [
                Paragraph("Cells for the knee: a trial of doses in one clinic", TITLE),
                "Jane Doe<super>1</super>, Richard van Roe<super>2</super> and Mary Major<super>1,*</super>",
                "Published: 4 May 2021. https://doi.org/10.5555/Made.2021.4",
                FILLER * 3,
            ],
            title="Microsoft Word - trial_final3.docx",
        )
    )
    assert read.title == "Cells for the knee: a trial of doses in one clinic"
    assert read.authors == ("Jane Doe", "Richard van Roe", "Mary Major")
    assert (read.date, read.doi, read.language) == ("2021-05-04", "10.5555/made.2021.4", None)


def test_title_of_the_information_dictionary_serves_where_no_text_is_larger():
    read = document(made([FILLER * 3], title="Doses of cells for the knee", author="Jane Doe; Richard Roe"))
    assert (read.title, read.authors) == ("Doses of cells for the knee", ("Jane Doe", "Richard Roe"))


def test_caption_of_a_figure_does_not_part_the_paragraph_around_it():
    def draw(surface):
        for number in range(5):
            surface.drawString(60, 300 - 12 * number, "Words of a paragraph that goes on and on in this column of text")
        surface.showPage()
        surface.setFont("Times-Roman", 8)
        surface.drawString(60, 700, "Figure 2. Survival of the cells over time.")
        surface.setFont("Times-Roman", 10)
        surface.drawString(60, 600, "until it ends on the next page after the figure, with this.")

    read = document(drawn(draw))
    assert [block.kind for block in read.blocks] == ["paragraph", "caption"]
    assert blocks(read)[0].endswith("column of text until it ends on the next page after the figure, with this.")


def minimal(kids="", count=0):
    """The bytes of a PDF without a page."""
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    start = len(out)
    out += b"xref\n0 3\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"trailer << /Size 3 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start


SMALL = made([Paragraph("Cells for the knee", TITLE), f"Each knee received 2 × 10{SIX} cells.", FILLER * 3])


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (drawn(lambda surface: surface.drawString(9, 9, "secret"), encrypt=StandardEncryption("secret")), "password"),
        (SMALL[: len(SMALL) // 2], "cut off"),
        (drawn(lambda surface: surface.rect(50, 50, 300, 300, fill=1)), "ocrmypdf"),
        (minimal(), "page"),
        (b"%PDF-1.7\n%%EOF\n", "broken"),
        (b"%PDF-1.4\n" + bytes(range(256)) * 20 + b"%%EOF", "broken"),
    ],
)
def test_file_that_cannot_be_read_says_why(raw, reason):
    with pytest.raises(InputError, match=reason):
        document(raw)


def test_file_that_only_its_owner_may_change_is_read():
    raw = drawn(
        lambda surface: surface.drawString(90, 90, "Ten million cells"),
        encrypt=StandardEncryption("", ownerPassword="secret"),
    )
    assert document(raw).text == "Ten million cells"


@pytest.mark.parametrize(
    ("module", "name", "limit", "reason"),
    [
        (pages, "MAX_PAGES", 1, "2 pages"),
        (pages, "MAX_CHARACTERS", 100, "100 characters"),
        (pages, "MAX_SECONDS", 0.0, "0 s by page 1"),
        (pages, "MAX_PAGE_SECONDS", 0.0, "page 1 took"),
        (glyphs, "MAX_PAGE_CHARACTERS", 100, "characters on page 1"),
    ],
)
def test_limits_are_named(monkeypatch, module, name, limit, reason):
    raw = made([FILLER * 3, PageBreak(), FILLER * 3])
    monkeypatch.setattr(module, name, limit)
    with pytest.raises(InputError, match=reason):
        pdf.read(raw, source="made.pdf")  # not in the process of its own, where nothing is patched


def test_forms_within_forms_end():
    def draw(surface):
        surface.beginForm("form0")
        surface.setFont("Times-Roman", 10)
        surface.drawString(60, 700, "Ten million cells")
        surface.line(10, 10, 100, 10)
        surface.endForm()
        for number in range(1, 100):
            surface.beginForm(f"form{number}")
            surface.doForm(f"form{number - 1}")
            surface.endForm()
        surface.doForm("form99")
        surface.doForm("form3")

    assert document(drawn(draw)).text == "Ten million cells"


def test_page_of_more_rules_than_a_table_has_is_read_without_them():
    def draw(surface):
        surface.drawString(60, 820, "Each knee received 10 million cells.")
        for number in range(3000):
            surface.line(10 + number % 50 * 10, 10 + number // 50 * 10, 10 + number % 50 * 10, 60 + number // 50 * 10)
            surface.line(10, 10 + number / 5, 500, 10 + number / 5)

    assert document(drawn(draw)).text == "Each knee received 10 million cells."


def test_file_is_known_by_its_content():
    assert pdf.matches(SMALL)
    assert pdf.matches(b"\r\n\r\n" + SMALL)
    assert not pdf.matches(b"<html>%PDF-1.4")
    assert not pdf.matches(b"The header is %PDF-1.4 in such files.")
    assert ingest.from_bytes(SMALL, suffix=".txt", doc="d", source="s").media_type == "application/pdf"
    with pytest.raises(InputError, match="named"):
        ingest.from_bytes(b"plain text", suffix=".pdf", doc="d", source="s")


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_mutated_and_cut_files_raise_nothing_else(data):
    raw = bytearray(SMALL)
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(raw) - 1))
        kind = data.draw(st.sampled_from(("set", "cut", "double", "insert")))
        if kind == "set":
            raw[at] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del raw[at : at + data.draw(st.integers(1, 200))]
        elif kind == "double":
            raw[at:at] = raw[at : at + 100]
        else:
            raw[at:at] = data.draw(st.binary(max_size=20))
        if not raw:
            raw = bytearray(b"%PDF-")
    try:
        pdf.read(bytes(raw), source="made.pdf")
    except LitclaimsError as error:
        told = str(error)
    else:
        told = "made.pdf"
    assert "made.pdf" in told


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=400))
def test_arbitrary_content_of_a_page_raises_nothing_else(stream):
    packed = zlib.compress(b"BT /F1 10 Tf 60 700 Td (Ten million) Tj ET " + stream)
    raw = drawn(lambda surface: surface.drawString(60, 700, "Ten million cells"), pageCompression=0)
    start, end = raw.index(b"stream\n") + 7, raw.index(b"endstream")
    try:
        pdf.read(raw[:start] + packed + raw[end:], source="made.pdf")
    except LitclaimsError as error:
        told = str(error)
    else:
        told = "made.pdf"
    assert "made.pdf" in told
