"""A document's text with its figures marked: whole, escaped, without overlapping marks."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litclaims.model import Mention, Slot, Span
from litclaims.report.marks import COLOURS, MAX_SHOWN, Mark, claim_mark, highlighted, mention_marks
from report.sample_run import HOSTILE, make_claim


class Reader(HTMLParser):
    """The text of a page, its marked parts, and its tags."""

    def __init__(self) -> None:
        super().__init__()
        self.said, self.marks, self.tags = "", [], set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag == "mark":
            self.marks.append((dict(attrs)["title"], len(self.said)))

    def handle_data(self, data):
        self.said += data


def read(highlight) -> Reader:
    reader = Reader()
    reader.feed(highlight._repr_html_())
    return reader


def test_a_claim_is_marked_with_what_it_means():
    mark = claim_mark(5, 12, low=4e7, high=2e8, unit="cell", bound="range", basis="session", route=None, doc="a")
    shown = highlighted("a.txt", "Give 40–200M cells per session.", [mark, Mark(19, 30, "basis", "session")])
    assert str(shown) == "Give ⟦40–200M = 40–200 million cells; basis session⟧ cells per session."
    page = read(shown)
    assert "Give 40–200M cells per session." in page.said
    assert "claim: 40–200 million cells; basis session" in [title for title, _ in page.marks]
    assert "basis: session" in [title for title, _ in page.marks]


def test_hostile_text_is_shown_as_text():
    text = f"{HOSTILE} \u202e </div><script>alert(1)</script> \U0001f9ea"
    page = read(highlighted(HOSTILE, text, [Mark(0, 5, "claim", HOSTILE)]))
    assert page.tags == {"div", "p", "b", "mark"}
    assert "</div><script>alert(1)</script> \U0001f9ea" in page.said
    assert not set("\x00\x1b\u202e") & set(page.said)


def test_of_marks_that_overlap_the_claim_is_kept():
    marks = [Mark(0, 9, "quantity"), Mark(2, 5, "claim"), Mark(6, 9, "route"), Mark(6, 8, "target")]
    assert [(one.start, one.kind) for one in highlighted("a", "x" * 10, marks).marks] == [(2, "claim"), (6, "route")]


def test_lines_are_kept():
    assert str(highlighted("a", "one\r\n\n\ttwo", [])) == "one\n\n\ttwo"


def test_a_long_text_is_cut_with_a_word():
    shown = highlighted("a", "x" * (MAX_SHOWN + 5), [Mark(MAX_SHOWN - 1, MAX_SHOWN + 1, "claim")])
    assert "… 5 more characters" in read(shown).said
    assert len(str(shown)) > MAX_SHOWN


@given(
    st.text(max_size=40),
    st.lists(st.tuples(st.integers(-2, 45), st.integers(-2, 45), st.sampled_from([*COLOURS, "cue"])), max_size=12),
)
def test_whatever_is_marked_the_text_stays(text, found):
    shown = highlighted("a", text, [Mark(*one) for one in found])
    assert shown.text == text
    assert all(one.end <= other.start for one, other in zip(shown.marks, shown.marks[1:], strict=False))
    plain = highlighted("a", text, [mark for mark in shown.marks if mark.kind != "claim"])
    assert str(plain) == str(highlighted("a", text, []))


def test_mentions_and_slots_are_marked_by_kind():
    claim = make_claim(slots=(Slot("route", ("intramuscular",), mentions=(Span(0, 4),)),))
    mention = Mention("species", "human", Span(5, 9), "rule", 0, "human")
    assert set(mention_marks([claim], [mention])) == {
        Mark(0, 4, "route", "intramuscular"),
        Mark(5, 9, "species", "human"),
    }


@pytest.mark.parametrize("colour", COLOURS.values())
def test_black_on_each_colour_can_be_read(colour):
    """Contrast by WCAG 2.2, 1.4.3: at least 4.5."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    dark = (0x11 / 255 + 0.055) ** 2.4 / 1.055**2.4
    assert (light + 0.05) / (dark + 0.05) >= 4.5
