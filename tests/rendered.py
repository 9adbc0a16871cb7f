"""One document as a small structure, and that document in every format that is read.

Raised characters are written ``^{6}``, links to the reference list ``@{2}``: a format that can raise raises both, and
one that can link links the second.
"""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import docx
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table


@dataclass(frozen=True)
class Part:
    """A piece of a document; ``kind`` is ``heading``, ``paragraph``, ``item``, ``table`` or ``reference``.

    ``level`` is the depth of a heading or of a list item, from 1. A table has a caption (``text``), rows of which the
    first is the header, and notes.
    """

    kind: str
    text: str
    level: int = 1
    rows: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Written:
    """A document: title, abstract and the parts of its body."""

    title: str
    abstract: str
    parts: tuple[Part, ...]


_RAISED = re.compile(r"\^\{([^}]*)\}|@\{([^}]*)\}")
_UNICODE = str.maketrans("0123456789abc", "⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜ")


def _with(text: str, power: Callable[[str], str], mark: Callable[[str], str]) -> str:
    return _RAISED.sub(lambda match: power(match[1]) if match[1] else mark(match[2]), text)


def _typed(text: str, *, power: str, mark: str) -> str:
    """The text with its powers and marks as a pattern says, marks before the stop that they follow if bracketed."""
    if "[" in mark:
        text = re.sub(r"([.,])(@\{[^}]*\})", r"\2\1", text)
    return _with(text, power.format, mark.format)


# In plain text a power is typed with a caret and a mark in brackets: there are no raised characters.
_plain = partial(_typed, power="^{}", mark=" [{}]")


def _unicode(text: str) -> str:
    return _with(text, lambda said: said.translate(_UNICODE), lambda said: said.translate(_UNICODE))


def txt(written: Written) -> bytes:
    """Plain text; a table is its cells with tabs between, which nothing tells from a line of words."""
    lines = [_plain(written.title), "", "Abstract", "", _plain(written.abstract), ""]
    number = 0
    for part in written.parts:
        if part.kind == "item":
            if lines[-1] == "" and lines[-2].lstrip().startswith("- "):
                lines.pop()
            lines.append("  " * (part.level - 1) + "- " + _plain(part.text))
        elif part.kind == "table":
            lines += [_plain(part.text), *("\t".join(map(_plain, row)) for row in part.rows), *map(_plain, part.notes)]
        elif part.kind == "reference":
            number += 1
            lines.append(f"{number}. {part.text}")
        else:
            lines.append(_plain(part.text))
        lines.append("")
    return "\n".join(lines).encode()


def _html_inline(text: str) -> str:
    def raised(said: str) -> str:
        return f"<sup>{said}</sup>"

    def linked(said: str) -> str:
        links = (f'<a href="#ref{each}">{each}</a>' for each in said.split(","))
        return f"<sup>{','.join(links)}</sup>"

    return _with(html.escape(text, quote=False), raised, linked)


_sup = partial(_typed, power="<sup>{}</sup>", mark="<sup>{}</sup>")


def md(written: Written) -> bytes:
    """Markdown, with raised characters as inline HTML."""
    lines = [f"# {_sup(written.title)}", "", "## Abstract", "", _sup(written.abstract), ""]
    number = 0
    for part in written.parts:
        if part.kind == "heading":
            lines.append("#" * (part.level + 1) + " " + _sup(part.text))
        elif part.kind == "item":
            if lines[-1] == "" and lines[-2].lstrip().startswith("- "):
                lines.pop()
            lines.append("  " * (part.level - 1) + "- " + _sup(part.text))
        elif part.kind == "table":
            head, *rows = (f"| {' | '.join(map(_sup, row))} |" for row in part.rows)
            lines += [_sup(part.text), "", head, "|---" * len(part.rows[0]) + "|", *rows, ""]
            lines += ["\n\n".join(map(_sup, part.notes))]
        elif part.kind == "reference":
            number += 1
            lines.append(f"{number}. {part.text}")
        else:
            lines.append(_sup(part.text))
        lines.append("")
    return "\n".join(lines).encode()


def _nested(items: list[Part]) -> str:
    """The items of a list of lists as HTML."""
    made, depth, opened = [], 0, 0
    for item in items:
        if item.level > depth:
            made.append("<ul>")
        else:
            made.append("</li>" + "</ul></li>" * (depth - item.level))
        opened, depth = item.level, item.level
        made.append(f"<li>{_html_inline(item.text)}")
    return "".join(made) + "</li></ul>" + "</li></ul>" * (opened - 1)


def _groups(written: Written) -> list[list[Part]]:
    """The parts, with list items and references that follow each other in one group."""
    groups: list[list[Part]] = []
    for part in written.parts:
        if groups and part.kind == groups[-1][-1].kind and part.kind in ("item", "reference"):
            groups[-1].append(part)
        else:
            groups.append([part])
    return groups


def page(written: Written) -> bytes:
    """A page of HTML, with what stands around the text of a page."""
    made = []
    for group in _groups(written):
        part = group[0]
        if part.kind == "heading":
            made.append(f"<h{part.level + 1}>{_html_inline(part.text)}</h{part.level + 1}>")
        elif part.kind == "item":
            made.append(_nested(group))
        elif part.kind == "table":
            head, *rows = (
                "<tr>" + "".join(f"<{tag}>{_html_inline(cell)}</{tag}>" for cell in row) + "</tr>"
                for tag, row in zip(["th", *["td"] * len(part.rows)], part.rows, strict=False)
            )
            notes = "".join(f"<p>{_html_inline(note)}</p>" for note in part.notes)
            caption = f"<caption>{_html_inline(part.text)}</caption>"
            made.append(f"<table>{caption}<thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>{notes}")
        elif part.kind == "reference":
            entries = "".join(f'<li id="ref{number}">{each.text}</li>' for number, each in enumerate(group, start=1))
            made.append(f"<ol>{entries}</ol>")
        else:
            made.append(f"<p>{_html_inline(part.text)}</p>")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>'
        f"{html.escape(_unicode(written.title))}</title></head><body>"
        '<nav><a href="/">Home</a> <a href="/all">99 million cells and more</a></nav>'
        f"<article><h1>{_html_inline(written.title)}</h1><h2>Abstract</h2><p>{_html_inline(written.abstract)}</p>"
        f"{''.join(made)}</article>"
        "<footer>Read also: why 88 million cells were given intravenously</footer></body></html>"
    ).encode()


def _runs(paragraph, text: str):
    at = 0
    for match in _RAISED.finditer(text):
        paragraph.add_run(text[at : match.start()])
        paragraph.add_run(match[1] or match[2]).font.superscript = True
        at = match.end()
    paragraph.add_run(text[at:])
    return paragraph


def word(written: Written) -> bytes:
    """A Word document with styles of its own for headings and lists."""
    made = docx.Document()
    _runs(made.add_heading(level=0), written.title)
    made.add_heading("Abstract", 1)
    _runs(made.add_paragraph(), written.abstract)
    for part in written.parts:
        if part.kind == "heading":
            _runs(made.add_heading(level=part.level), part.text)
        elif part.kind == "item":
            style = "List Bullet" if part.level == 1 else f"List Bullet {part.level}"
            _runs(made.add_paragraph(style=style), part.text)
        elif part.kind == "table":
            _runs(made.add_paragraph(style="Caption"), part.text)
            table = made.add_table(len(part.rows), len(part.rows[0]), style="Table Grid")
            for row, cells in zip(part.rows, table.rows, strict=True):
                for text, cell in zip(row, cells.cells, strict=True):
                    _runs(cell.paragraphs[0], text)
            for note in part.notes:
                _runs(made.add_paragraph(), note)
        elif part.kind == "reference":
            made.add_paragraph(part.text, style="List Number")
        else:
            _runs(made.add_paragraph(), part.text)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


_BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=10, leading=13, spaceAfter=6)
_TITLE = ParagraphStyle("title", fontName="Times-Bold", fontSize=18, leading=22, spaceAfter=10)
_NOTE = ParagraphStyle("note", fontName="Times-Roman", fontSize=8, leading=10)
_CELL = ParagraphStyle("cell", fontName="Times-Roman", fontSize=9, leading=11)


def _heading(level: int) -> ParagraphStyle:
    size = 16 - 2 * level
    return ParagraphStyle(f"h{level}", fontName="Times-Bold", fontSize=size, leading=size + 3, spaceBefore=8)


def _item(level: int) -> ParagraphStyle:
    left = 16 * level
    return ParagraphStyle(f"item{level}", parent=_BODY, leftIndent=left + 12, bulletIndent=left, spaceAfter=0)


def print_pdf(written: Written) -> bytes:
    """Pages as printed: the shapes alone say what is raised, a heading, an item or a table."""
    inline = partial(_typed, power="<super>{}</super>", mark="<super>{}</super>")
    story = [Paragraph(inline(written.title), _TITLE), Paragraph("Abstract", _heading(1))]
    story.append(Paragraph(inline(written.abstract), _BODY))
    number = 0
    for part in written.parts:
        if part.kind == "heading":
            story.append(Paragraph(inline(part.text), _heading(part.level)))
        elif part.kind == "item":
            story.append(Paragraph(inline(part.text), _item(part.level), bulletText="•"))
        elif part.kind == "table":
            cells = [[Paragraph(inline(cell), _CELL) for cell in row] for row in part.rows]
            grid = [("GRID", (0, 0), (-1, -1), 0.5, colors.black)]
            story.append(Paragraph(inline(part.text), _CELL))
            story.append(Table(cells, style=grid, colWidths=[130] * len(part.rows[0])))
            story += [Paragraph(inline(note), _NOTE) for note in part.notes]
        elif part.kind == "reference":
            number += 1
            story.append(Paragraph(f"{number}. {part.text}", _BODY))
        else:
            story.append(Paragraph(inline(part.text), _BODY))
    file = io.BytesIO()
    SimpleDocTemplate(file, pagesize=A4, title=_unicode(written.title)).build(story)
    return file.getvalue()


def _jats_inline(text: str) -> str:
    def linked(said: str) -> str:
        links = (f'<xref ref-type="bibr" rid="B{each}">{each}</xref>' for each in said.split(","))
        return f"<sup>{','.join(links)}</sup>"

    return _with(html.escape(text, quote=False), "<sup>{}</sup>".format, linked)


def _jats_list(items: list[Part]) -> str:
    return (
        _nested(items)
        .replace("<ul>", '<list list-type="bullet">')
        .replace("</ul>", "</list>")
        .replace("<li>", "<list-item><p>")
        .replace("</li>", "</p></list-item>")
    )


def jats(written: Written) -> bytes:
    """An article in JATS, its tables afloat."""
    body, depth, floats, back = "", 0, "", ""
    for group in _groups(written):
        part = group[0]
        if part.kind == "heading":
            body += "</sec>" * max(0, depth - part.level + 1) + f"<sec><title>{_jats_inline(part.text)}</title>"
            depth = part.level
        elif part.kind == "item":
            body += _jats_list(group)
        elif part.kind == "table":
            head, *rows = (
                "<tr>" + "".join(f"<{tag}>{_jats_inline(cell)}</{tag}>" for cell in row) + "</tr>"
                for tag, row in zip(["th", *["td"] * len(part.rows)], part.rows, strict=False)
            )
            label, _, caption = part.text.partition(". ")
            notes = "".join(f"<fn><p>{_jats_inline(note)}</p></fn>" for note in part.notes)
            floats += (
                f"<table-wrap><label>{label}</label><caption><p>{_jats_inline(caption)}</p></caption><table><thead>{head}"
                f"</thead><tbody>{''.join(rows)}</tbody></table><table-wrap-foot>{notes}</table-wrap-foot></table-wrap>"
            )
        elif part.kind == "reference":
            entries = (
                f'<ref id="B{number}"><label>{number}</label><mixed-citation>{each.text}</mixed-citation></ref>'
                for number, each in enumerate(group, start=1)
            )
            back = f"<ref-list><title>References</title>{''.join(entries)}</ref-list>"
        else:
            body += f"<p>{_jats_inline(part.text)}</p>"
    body += "</sec>" * depth
    return (
        '<?xml version="1.0" encoding="UTF-8"?><article xml:lang="en"><front><article-meta><title-group><article-title>'
        f"{_jats_inline(written.title)}</article-title></title-group><abstract><p>{_jats_inline(written.abstract)}</p>"
        f"</abstract></article-meta></front><body>{body}</body><back>{back}</back>"
        f"<floats-group>{floats}</floats-group></article>"
    ).encode()


def pubmed(written: Written) -> bytes:
    """A PubMed record, which holds title and abstract alone."""
    return (
        '<?xml version="1.0"?><PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>'
        f"{_html_inline(written.title)}</ArticleTitle><Abstract><AbstractText>"
        f"{_with(html.escape(written.abstract, quote=False), '<sup>{}</sup>'.format, '<sup>{}</sup>'.format)}"
        "</AbstractText></Abstract><Language>eng</Language></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"
    ).encode()


def jsonl(written: Written) -> bytes:
    """A record of a table of abstracts: title and abstract alone."""
    record = {"id": "one", "title": _unicode(written.title), "text": _unicode(written.abstract)}
    return json.dumps(record).encode() + b"\n"


def zipped(members: dict[str, bytes]) -> bytes:
    """An archive of files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


FORMATS: dict[str, Callable[[Written], bytes]] = {
    "a.txt": txt,
    "a.md": md,
    "a.html": page,
    "a.docx": word,
    "a.pdf": print_pdf,
    "a.nxml": jats,
}
"""What holds a whole document."""

ABSTRACTS: dict[str, Callable[[Written], bytes]] = {"b.xml": pubmed, "c.jsonl": jsonl}
"""What holds title and abstract alone."""
