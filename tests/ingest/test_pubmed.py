"""MEDLINE and PubMed XML: one article is a document, a set is split."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litclaims.errors import InputError, LitclaimsError
from litclaims.extract.reference import find_references
from litclaims.ingest import from_bytes, jats, pubmed
from litclaims.reading import extract_document

DOCTYPE = b"""<?xml version="1.0"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2019//EN" "pubmed_190101.dtd">
"""

ARTICLE = """<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">%s</PMID>
<Article PubModel="Print-Electronic"><Journal><ISSN IssnType="Print">1234-5678</ISSN><JournalIssue><Volume>12</Volume>
<PubDate><Year>2019</Year><Month>Mar</Month></PubDate></JournalIssue><Title>The made journal</Title>
<ISOAbbreviation>Made J.</ISOAbbreviation></Journal><ArticleTitle>Cells for <i>knees</i>.</ArticleTitle>
<ELocationID EIdType="doi" ValidYN="Y">10.1000/made.2</ELocationID>
<Abstract><AbstractText Label="METHODS" NlmCategory="METHODS">We gave 2 &times; 10<sup>6</sup> cells/kg.</AbstractText>
<AbstractText Label="RESULTS">All were well.</AbstractText>
<CopyrightInformation>2019 Made.</CopyrightInformation></Abstract>
<AuthorList><Author><LastName>Doe</LastName><ForeName>Jane A</ForeName><Initials>JA</Initials></Author>
<Author><CollectiveName>The made group</CollectiveName></Author></AuthorList><Language>eng</Language>
<ArticleDate DateType="Electronic"><Year>2018</Year><Month>12</Month><Day>05</Day></ArticleDate></Article>
<MeshHeadingList><MeshHeading><DescriptorName UI="D1">Humans</DescriptorName></MeshHeading>
<MeshHeading><DescriptorName UI="D2">Knee</DescriptorName></MeshHeading></MeshHeadingList>
<KeywordList><Keyword>stem cell</Keyword></KeywordList></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="pubmed">%s</ArticleId></ArticleIdList><ReferenceList><Reference>
<Citation>Smith J, Roe A. Cells in mice. J Cells. 2001;3(2):12-19.</Citation><ArticleIdList>
<ArticleId IdType="pubmed">11111</ArticleId><ArticleId IdType="doi">10.1000/cited</ArticleId>
</ArticleIdList></Reference>
</ReferenceList></PubmedData></PubmedArticle>"""


def article(pmid="31000001"):
    return (ARTICLE % (pmid, pmid)).encode()


def collection(number):
    members = b"".join(article(str(31_000_000 + index)) for index in range(number))
    return DOCTYPE + b"<PubmedArticleSet>" + members + b"</PubmedArticleSet>"


def document(raw):
    return from_bytes(raw, suffix=".xml", doc="a.xml", source="a.xml")


def texts(doc):
    return [(block.kind, doc.text[block.span.start : block.span.end]) for block in doc.blocks]


def test_article_is_its_title_labelled_abstract_key_words_and_references():
    doc = document(collection(1))
    assert (doc.title, doc.authors, doc.date) == ("Cells for knees.", ("Jane A Doe", "The made group"), "2018-12-05")
    assert (doc.doi, doc.language, doc.media_type) == ("10.1000/made.2", "en", "application/pubmed+xml")
    assert texts(doc) == [
        ("title", "Cells for knees."),
        ("paragraph", "Made J. PMID: 31000000. doi:10.1000/made.2"),
        ("heading", "Abstract"),
        ("heading", "METHODS"),
        ("paragraph", "We gave 2 × 10⁶ cells/kg."),
        ("heading", "RESULTS"),
        ("paragraph", "All were well."),
        ("heading", "MeSH terms"),
        ("paragraph", "Humans; Knee"),
        ("heading", "Keywords"),
        ("paragraph", "stem cell"),
        ("heading", "References"),
        ("paragraph", "Smith J, Roe A. Cells in mice. J Cells. 2001;3(2):12-19."),
    ]
    place = doc.origins_of(doc.blocks[4].span)[0].path
    assert place == "/PubmedArticleSet/PubmedArticle/MedlineCitation/Article/Abstract/AbstractText[1]"


def test_the_only_claim_is_the_dose_of_the_abstract():
    (claim,) = extract_document(document(article())).claims
    assert (claim.figure, claim.quantity.low, claim.quantity.unit) == ("2 × 10⁶", 2_000_000, "cell/kg")


def test_cited_works_have_identifiers_of_the_format_and_fields_of_their_text():
    (entry,) = find_references(document(article()))
    assert (entry.pmid, entry.doi, entry.first_author) == ("11111", "10.1000/cited", "Smith J")
    assert (entry.title, entry.year, entry.pages) == ("Cells in mice", 2001, "12-19")


def test_set_is_split_into_articles_that_read_alone():
    parts = list(pubmed.articles(collection(5)))
    assert [name for name, _ in parts] == [str(31_000_000 + index) for index in range(5)]
    assert all(pubmed.matches(raw) for _, raw in parts)
    assert document(parts[4][1]).text == document(article("31000004")).text


def test_set_of_many_is_not_read_as_one_document():
    with pytest.raises(InputError, match=r"a\.xml: holds 3 articles"):
        document(collection(3))


def test_citation_alone_and_an_unstructured_abstract_are_read():
    raw = b"<MedlineCitation><PMID>1</PMID><Article><ArticleTitle>[Old cells].</ArticleTitle><Abstract><AbstractText>"
    raw += b"5 million.</AbstractText></Abstract><Language>ger</Language><Journal><JournalIssue><PubDate><MedlineDate>"
    raw += b"1999 Jan-Feb</MedlineDate></PubDate></JournalIssue></Journal></Article></MedlineCitation>"
    doc = document(raw)
    assert (doc.title, doc.date, doc.language) == ("Old cells", "1999", "en")
    assert [name for name, _ in pubmed.articles(b"<MedlineCitationSet>" + raw + b"</MedlineCitationSet>")] == ["1"]


def test_language_without_abstract_is_that_of_the_article():
    raw = b"<PubmedArticle><MedlineCitation><Article><ArticleTitle>Zellen</ArticleTitle><Language>ger</Language>"
    assert document(raw + b"</Article></MedlineCitation></PubmedArticle>").language == "de"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"<PubmedArticleSet></PubmedArticleSet>", "no article"),
        (collection(2)[:-40], "no well-formed XML"),
        (
            b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><PubmedArticle>&x;</PubmedArticle>',
            "external entity",
        ),
    ],
)
def test_broken_and_hostile_sets_are_refused_with_a_reason(raw, reason):
    with pytest.raises(InputError, match=reason):
        pubmed.read(raw, source="a.xml")


def test_splitting_refuses_what_reading_refuses_and_keeps_what_came_before():
    parts = pubmed.articles(collection(2)[:-400], source="a.xml")
    assert next(parts)[0] == "31000000"
    with pytest.raises(InputError, match=r"a\.xml: is no well-formed XML"):
        next(parts)
    with pytest.raises(InputError, match="entity of its own"):
        next(pubmed.articles(b'<!DOCTYPE a [<!ENTITY x "y">]><PubmedArticleSet/>'))


def test_known_by_content_and_not_taken_for_jats():
    assert pubmed.matches(collection(1))
    assert not jats.matches(collection(1))
    assert not pubmed.matches(b"<article><front/></article>")
    assert not pubmed.matches(b"PubmedArticle")


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_mutated_bytes_raise_nothing_but_our_own_error(data):
    raw = bytearray(collection(2))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=4))
    pubmed.matches(bytes(raw))
    try:
        parts = [part for _, part in pubmed.articles(bytes(raw))]
        layouts = [pubmed.read(part, source="made") for part in parts]
    except LitclaimsError:
        return
    assert all(layout.text.strip() == layout.text for layout in layouts)
