"""The page: whole, harmless, honest about what it leaves out."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from litclaims.report.highlight import MAX_SHOWN, marked
from litclaims.report.page import render_page, script_text
from litclaims.report.page_data import page_data
from litclaims.report.rows import frames
from report.sample_run import make_positions, make_verdict

VOID = {"meta", "link", "br", "hr", "img", "input"}


class Outline(HTMLParser):
    """Tags, attributes and text of a page; refuses tags that do not close in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [value for name, value in attributes if name in {"href", "src"}]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_the_page_needs_nothing_else(run_frames):
    page = render_page(run_frames)
    outline = Outline(page)
    assert not {"link", "img", "iframe"} & set(outline.tags)
    assert all(link.startswith(("#", "https://doi.org/")) for link in outline.links)
    assert "url(" not in page
    assert "@import" not in page
    assert "default-src 'none'" in page
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|fetch\(|XMLHttp", script_text()
    )


def test_only_our_script_and_style_may_run(run_frames):
    page = render_page(run_frames)
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL)
    assert all('type="application/json"' in kind for kind, _ in scripts[:-1])
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL).group(1)
    for kind, text in (("script", scripts[-1][1]), ("style", style)):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in page


def test_the_summary_counts(run_frames):
    text = " ".join(Outline(render_page(run_frames)).text.split())
    assert "2 disagreements to look at in 3 documents" in text
    assert "nothing to compare with, these pairs are seen for the first time" in text
    assert "Not flagged: agree 1." in text


def test_the_summary_tells_what_changed():
    one, two, three = make_positions()
    said = [make_verdict("v1", one, two, state="open"), make_verdict("v2", two, three, state="reopened")]
    text = " ".join(Outline(render_page(frames([], [one, two, three], said))).text.split())
    assert "Since the last run: 0 new 1 reopened 0 changed 0 resolved 1 as before" in text


def test_only_flagged_verdicts_are_told_the_worst_first(run_frames):
    page = render_page(run_frames)
    assert page.count('<article class="verdict">') == 2
    assert page.index("<strong>disjoint</strong>") < page.index("<strong>overlap</strong>")


def test_a_verdict_shows_reason_both_documents_both_intervals_and_marked_figures():
    one, two, _ = make_positions()
    page = render_page(frames([], [one, two], [make_verdict("v", one, two)]))
    for part in (
        "The two ranges share only 40–50 million cells",
        "<h4>a.txt</h4>",
        "<h4>b.txt</h4>",
        "40–200 million cells",
        "2–50 million cells",
        "route not stated · per session",
        "intramuscular · basis not stated",
        'Give <mark class="whole">40–200M</mark> cells per session.',
        'Use <mark class="whole">30–50M</mark>.',
    ):
        assert part in page


def test_hostile_text_is_shown_not_obeyed(hostile_frames):
    page = render_page(hostile_frames)
    outline = Outline(page)
    told = re.sub(r"<script[^>]*>.*?</script>", "", page, flags=re.DOTALL)
    assert "script" not in Outline(told).tags
    assert len(re.findall("<script", page)) == len(re.findall("</script", page)) == 2
    assert "<script>alert(1)</script> [bold]x[/bold] \ufffd [31m end" in " ".join(outline.text.split())
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e]", told)
    assert not any(link.startswith("javascript") for link in outline.links)


def test_a_doi_cannot_leave_its_link(run_frames):
    run_frames["references"]["doi"] = '10.1/x" onclick="alert(1)'
    assert 'onclick="' not in render_page(run_frames)


def test_rows_beyond_the_limit_are_told_with_their_file(run_frames):
    text = " ".join(Outline(render_page(run_frames, limit=1)).text.split())
    assert "1 more verdict not shown here; all of them are in disagreements.csv" in text


def test_verdicts_that_the_page_leaves_out_are_told_with_their_file(run_frames, monkeypatch):
    for name in ("page", "page_data"):
        monkeypatch.setattr(f"litclaims.report.{name}.MOST_VERDICTS", 2)
    text = " ".join(Outline(render_page(run_frames)).text.split())
    assert "1 verdict, the least grave, is not on this page but in disagreements.csv" in text
    assert page_data(run_frames)["tables"]["disagreements"]["rows"] == 2


def test_an_empty_run_has_a_page(empty_frames):
    text = " ".join(Outline(render_page(empty_frames)).text.split())
    assert "No disagreement found in 0 documents" in text
    assert "None of the 0 pairs compared is flagged" in text


def test_the_foot_tells_version_and_time(run_frames):
    record = {"versions": {"litclaims": "9.8"}, "started": "2026-05-01T10:00:00Z"}
    assert "litclaims 9.8, 2026-05-01T10:00:00Z" in render_page(run_frames, record=record)


@pytest.mark.parametrize(
    ("sentence", "figures", "found"),
    [
        ("Give 2 of 200.", "2", ["2"]),
        ("Give 200 of 2.5 or 1.2 or 1,2.", "2", []),
        ("Arms of 2–5 and 10–20.", "2–5; 10–20", ["2–5", "10–20"]),
        ("Give\n2  million.", "2\nmillion", ["2 million"]),
        ("Give 2 million, not 2.", "2; 2 million", ["2 million", "2"]),
        ("Less than <6 weeks & (more).", "<6 weeks", ["&lt;6 weeks"]),
        ("Nothing here.", "7", []),
        ("Nothing here.", "", []),
        ("Odd (.*) figure", "(.*)", ["(.*)"]),
    ],
)
def test_figures_are_marked(sentence, figures, found):
    assert re.findall("<mark[^>]*>(.*?)</mark>", marked(sentence, figures)) == found


def test_an_overlong_sentence_is_cut_around_its_figure():
    told = marked("word " * 5_000 + "40M cells" + " word" * 5_000, "40M")
    assert '<mark class="whole">40M</mark>' in told
    assert len(told) < MAX_SHOWN + 100
    assert told.startswith("…")
    assert told.endswith("…")


def test_long_runs_of_digits_and_spaces_are_marked_in_linear_time():
    sentence = "1" * 200_000 + " " * 200_000 + "1." * 100_000
    assert "<mark" not in marked(sentence, "; ".join(["1", "11", "1.1", " "]))


def test_a_table_of_missing_values_is_shown(run_frames):
    run_frames["documents"]["title"] = pd.NA
    assert "nan" not in Outline(render_page(run_frames)).text.lower()
    assert "<NA>" not in Outline(render_page(run_frames)).text
