"""The benchmark of the page: texts that say what is claimed of them, and a page made of them."""

from benchmarks.page import synthetic_outcomes, write_page


def test_the_claims_stand_in_their_texts():
    outcomes = list(synthetic_outcomes(25))
    assert [len(outcome.extraction.claims) for outcome in outcomes] == [10, 10, 5]
    for outcome in outcomes:
        text = outcome.extraction.document.text
        for claim in outcome.extraction.claims:
            assert text[claim.span.start : claim.span.end] == claim.figure
            assert claim.figure in text[claim.sentence.start : claim.sentence.end]
        for mention in outcome.extraction.mentions:
            assert text[mention.span.start : mention.span.end] == mention.surface


def test_their_page_is_written(tmp_path):
    counts = write_page(20, tmp_path / "page.html")
    assert (counts["claims"], counts["documents"]) == (20, 2)
    assert "figure 19" in (tmp_path / "page.html").read_text(encoding="utf-8")
