"""Verdicts: the results that must come out, what is paired, and what is left out."""

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litclaims.compare import compare, positions, verdicts
from litclaims.compare.comparability import likeness
from litclaims.compare.kinds import vocabulary_is_a
from litclaims.compare.pairing import LIMIT
from litclaims.compare.verdicts import judge
from litclaims.model import to_json


def between(found, level, first, second):
    """The verdict between the positions whose lower ends are these."""
    wanted = {Decimal(first), Decimal(second)}
    (verdict,) = [v for v in found if v.level == level and {v.a.low, v.b.low} == wanted]
    return verdict


@pytest.fixture
def judged(essay, muscles, sentences, is_a):
    return compare([*essay, *muscles], sentences=sentences, is_a=is_a).verdicts


def test_session_dose_and_muscle_envelope_share_only_a_little(judged):
    verdict = between(judged, "route", "40e6", "2e6")
    assert (verdict.verdict, verdict.flag, verdict.grade, verdict.rule) == ("overlap", True, "partial", "overlap")
    assert (verdict.overlap_low, verdict.overlap_high) == (Decimal("40e6"), Decimal("50e6"))
    assert verdict.reason == (
        "40–200 million cells per session (route not stated) and 2–50 million cells intramuscular share only"
        " 40–50 million cells; basis and cell type are each not stated on one side."
    )


def test_headline_pair_comes_out_though_the_page_names_one_condition(essay, muscles, claim, sentences, is_a):
    named = [
        claim("essay.txt", start=0, low="40e6", high="200e6", basis="session", target="knee", condition="arthritis"),
        claim("muscle.txt", start=0, low="2e6", high="50e6", route="intramuscular", target="thigh", condition="strain"),
    ]
    found = verdicts(positions(named, sentences=sentences), is_a=is_a)
    assert {v.level: v.grade for v in found} == {"route": "partial", "site": "cross"}
    assert {(v.verdict, v.flag) for v in found} == {("overlap", True)}


def test_vein_and_muscle_do_not_meet(judged):
    verdict = between(judged, "route", "100e6", "2e6")
    assert (verdict.verdict, verdict.flag, verdict.grade) == ("disjoint", True, "cross")
    assert verdict.gap_fold == 2
    assert verdict.overlap_low is None
    assert "route differs" in verdict.reason


def test_a_document_is_compared_with_itself(judged):
    verdict = between(judged, "route", "40e6", "15e6")
    assert verdict.a.doc == verdict.b.doc == "essay.txt"
    assert (verdict.verdict, verdict.flag, verdict.grade) == ("overlap", True, "cross")
    assert (verdict.overlap_low, verdict.overlap_high) == (Decimal("40e6"), Decimal("50e6"))
    assert "basis differs" in verdict.reason


def test_severity_falls_with_the_grade(position, is_a):
    a = position(value="25e6", route=["intravenous"])
    grades = {}
    for route in (["intravenous"], [], ["intramuscular"]):
        verdict = judge(a, position(doc="B.txt", value="40e6", route=route), is_a=is_a)
        assert verdict.flag
        grades[verdict.grade] = verdict.severity
    assert grades["same"] > grades["partial"] > grades["cross"] > 0


def test_severity_falls_with_every_facet_that_differs(position, is_a):
    a = position(value="25e6", route=["intravenous"], target=["knee"], cell_type="T cell")
    others = [
        {"route": ["intramuscular"], "target": ["knee"], "cell_type": "T cell"},
        {"route": ["intramuscular"], "target": ["hip"], "cell_type": "T cell"},
        {"route": ["intramuscular"], "target": ["hip"], "cell_type": "B cell"},
    ]
    severities = [judge(a, position(doc="B.txt", value="40e6", **facets), is_a=is_a).severity for facets in others]
    assert severities == sorted(set(severities), reverse=True)


def test_a_verdict_lists_what_matches_what_is_unsaid_and_what_differs(position, is_a):
    a = position(value="1e6", unit="cell/kg", basis="kg", route=["epidural"], status="planned", species="human")
    b = position(doc="B.txt", value="90e6", route=["caudal epidural"], target=["knee"], status="reported")
    verdict = judge(a, b, is_a=is_a)
    assert verdict.match == ("measure", "route", "basis", "condition", "cell_type", "species")
    assert verdict.unsaid == ("target",)
    assert verdict.differ == ("unit", "status")


@pytest.mark.parametrize(
    ("ours", "theirs", "relation"),
    [
        ("planned", "reported", "differ"),
        ("planned", None, "unsaid"),
        ("recommended", "reported", "match"),
        (None, "cited", "match"),
        ("negated", "planned", "differ"),
        ("planned", "planned", "match"),
    ],
)
def test_what_is_planned_is_told_from_what_is_given(position, is_a, ours, theirs, relation):
    a, b = position(value=5, status=ours), position(doc="B.txt", value=5, status=theirs)
    assert likeness(a, b, is_a=is_a).relations["status"] == relation


def test_severity_grows_with_the_gap(position, is_a):
    a = position(value="2e6")
    severities = [judge(a, position(doc="B.txt", value=v), is_a=is_a).severity for v in ("3e6", "10e6", "90e6")]
    assert severities == sorted(set(severities))


def test_a_position_is_not_set_against_a_part_of_its_own_claims(position, is_a):
    whole = replace(position(low=1, high=9), claim_ids=("1", "2"))
    part = replace(position(low=5, high=9), claim_ids=("2",))
    other = replace(position(low=7, high=9), claim_ids=("2", "3"))
    found = verdicts([whole, part, other], is_a=is_a)
    assert [{v.a.claim_ids, v.b.claim_ids} for v in found] == [{("1", "2"), ("2", "3")}]


def test_what_a_document_says_not_to_hold_is_no_conflict(claim, sentences, is_a):
    found = positions([claim(value=5), claim(start=9, value=9, status="negated")], sentences=sentences)
    pairs = verdicts(found, is_a=is_a)
    assert [(v.level, v.verdict, v.flag) for v in pairs] == [
        ("route", "not_comparable", False),
        ("site", "not_comparable", False),
    ]


def test_levels_are_never_mixed(judged):
    assert {(v.a.level, v.b.level) for v in judged} == {("site", "site"), ("route", "route")}


def test_measures_are_never_mixed(claim, sentences, is_a):
    claims = [
        claim("A.txt", value=5, measure="doses", unit="injection"),
        claim("B.txt", value=5, measure="frequency", unit="1/d"),
        claim("C.txt", value=5, measure="cell_dose"),
    ]
    assert compare(claims, sentences=sentences, is_a=is_a).verdicts == ()


@pytest.mark.parametrize("measure", ["sample_size", "age", "follow_up", "count", "proportion"])
def test_context_bound_measures_pair_only_in_one_context(claim, sentences, is_a, measure):
    def paired(**contexts):
        a, b = (
            claim(doc, value=value, measure=measure, unit="1", **found)
            for (doc, value), found in zip((("A.txt", 3), ("B.txt", 9)), contexts.values(), strict=True)
        )
        return compare([a, b], sentences=sentences, is_a=is_a).verdicts

    arthritis, pain = {"condition": "arthritis"}, {"condition": "low back pain"}
    assert paired(a={}, b={}) == ()
    assert paired(a=arthritis, b={}) == ()
    assert paired(a=arthritis, b=pain) == ()
    assert paired(a=arthritis, b={**arthritis, "target": "knee"}) == ()
    assert paired(a=arthritis, b={**arthritis, "status": "negated"}) == ()
    assert [v.verdict for v in paired(a=arthritis, b=arthritis)] == ["disjoint", "disjoint"]


def test_limits_of_eligibility_pair_only_in_one_unit(claim, sentences, is_a):
    index = claim("A.txt", high=35, measure="threshold", unit="kg/m2", bound="less_than")
    age = claim("B.txt", low=6570, measure="threshold", unit="d", bound="greater_than")
    other = claim("C.txt", high=30, measure="threshold", unit="kg/m2", bound="less_than")
    found = compare([index, age, other], sentences=sentences, is_a=is_a).verdicts
    assert {(v.a.doc, v.b.doc) for v in found} == {("A.txt", "C.txt")}


def test_misquotation_is_looked_for_among_all_that_the_source_says(claim, sentences, is_a):
    source = [
        claim("trial.txt", start=0, value="1e6", target="knee"),
        claim("trial.txt", start=50, value="5e6", target="hip"),
    ]
    keys = {"trial.txt": ["DOI:10.1000/trial"]}

    def quoted(value):
        quotation = claim("review.txt", value=value, status="cited", citations=["doi:10.1000/trial"])
        found = compare([*source, quotation], sentences=sentences, is_a=is_a, document_keys=keys).verdicts
        return {v.verdict for v in found if v.a.doc != v.b.doc and v.level == "site"}

    assert quoted("9e6") == {"misquoted"}
    assert "misquoted" not in quoted("5e6")


def test_pair_is_the_same_whichever_comes_first(position, is_a):
    a, b = position(doc="B.txt", value=5), position(doc="A.txt", value=9)
    assert judge(a, b, is_a=is_a) == judge(b, a, is_a=is_a)
    assert judge(a, b, is_a=is_a).a.doc == "A.txt"


def test_pair_ids_are_distinct_and_do_not_hang_on_the_values(essay, muscles, claim, sentences, is_a, judged):
    assert len({v.pair_id for v in judged}) == len(judged)
    other = claim("essay.txt", start=0, low="41e6", high="201e6", basis="session", target=["knee", "back"])
    again = compare([other, *essay[1:], *muscles], sentences=sentences, is_a=is_a).verdicts
    assert [v.pair_id for v in again] == [v.pair_id for v in judged]


def test_order_of_the_input_does_not_matter(essay, muscles, sentences, is_a, judged):
    claims = [*essay, *muscles]
    random.Random(3).shuffle(claims)
    assert compare(claims, sentences=sentences, is_a=is_a).verdicts == judged
    found = list(positions(claims, sentences=sentences))
    random.Random(4).shuffle(found)
    assert verdicts(found, is_a=is_a) == judged


def test_verdicts_are_plain_data(judged):
    assert to_json(judged[0])["a"]["doc"] == judged[0].a.doc


def many(position, count):
    return [position(doc=f"{index:04}.txt", value=1000 + index) for index in range(count)]


def test_a_group_at_the_limit_is_compared_in_full(position, is_a):
    assert len(verdicts(many(position, 40), is_a=is_a)) == 40 * 39 // 2


def test_a_large_group_is_told_by_its_clusters(claim, sentences, is_a, caplog):
    size = LIMIT + 1
    claims = [claim(f"{index:04}.txt", value=(1000 if index % 3 else 5000) + index % 7) for index in range(size)]
    found = compare(claims, sentences=sentences, is_a=is_a)
    total = size * (size - 1) // 2
    assert [f"make {total:,} pairs" in note for note in found.notes] == [True, True]
    for level in ("site", "route"):
        held = [cluster for cluster in found.clusters if cluster.lowest.level == level]
        assert sum(len(cluster.members) for cluster in held) == size
        assert max(cluster.high for cluster in held[:7]) == 1006
        assert min(cluster.low for cluster in held[7:]) == 5000
        crossing = [v for v in found.verdicts if v.level == level and v.verdict == "disjoint" and v.gap_fold > 4]
        assert [(v.flag, {v.a.low, v.b.low}) for v in crossing] == [(True, {Decimal(1006), Decimal(5000)})]
    verdicts(found.positions, is_a=is_a)
    assert "clusters hold them" in caplog.text


def test_a_route_that_says_no_more_than_its_site_is_a_repeat(claim, sentences, is_a):
    claims = [
        claim("A.txt", start=0, value=5, target="knee"),
        claim("B.txt", start=0, value=9, target="knee"),
        claim("C.txt", start=0, value=5, target="hip"),
        claim("C.txt", start=9, value=9, target="shoulder"),
    ]
    found = compare(claims, sentences=sentences, is_a=is_a)
    by_id = {verdict.pair_id: verdict for verdict in found.verdicts}
    assert [(by_id[one].a.doc, by_id[one].b.doc) for one in found.repeats] == [("A.txt", "B.txt")]
    for repeat, kept in found.repeats.items():
        assert (by_id[repeat].level, by_id[kept].level) == ("route", "site")
        assert by_id[repeat].verdict == by_id[kept].verdict


def test_nothing_is_told_where_nothing_is_left_out(essay, sentences, is_a):
    assert compare(essay, sentences=sentences, is_a=is_a).notes == ()


def test_route_level_cell_types_that_differ_are_across(position, is_a):
    a = position(level="route", value=5, cell_type="mesenchymal stromal cell")
    b = position(level="route", value=5, cell_type="T cell")
    assert likeness(a, b, is_a=is_a).grade == "cross"


def test_any_value_of_several_may_match(position, is_a):
    a, b = position(value=5, target=["back", "knee"]), position(value=5, target=["joint", "hip"])
    assert likeness(a, b, is_a=is_a).grade == "same"
    assert likeness(a, position(value=5, target=["hip"]), is_a=is_a).differ == ("target",)


def test_the_lexicons_are_asked_by_default():
    assert vocabulary_is_a("target", "knee", "knee")
    assert vocabulary_is_a("a kind without a lexicon", "x", "x")
    assert not vocabulary_is_a("a kind without a lexicon", "x", "y")


bounds = st.sampled_from(["range", "less_than", "at_most", "greater_than", "at_least"])


def ends_of(x, y, bound):
    low = None if bound in ("less_than", "at_most") else min(x, y)
    high = None if bound in ("greater_than", "at_least") else max(x, y)
    return {"low": low, "high": high, "bound": bound}


numbers = st.integers(0, 10**9)
ends = st.builds(ends_of, numbers, numbers, bounds)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # the fixtures are plain functions
@given(a=ends, b=ends, guessed=st.booleans())
def test_any_two_positions_get_a_verdict(position, is_a, a, b, guessed):
    verdict = judge(position(**a, guessed=guessed), position(doc="B.txt", **b), is_a=is_a)
    assert 0 <= verdict.severity <= 1
    assert verdict.gap_fold is None or verdict.gap_fold >= 1
    assert not (guessed and verdict.flag) or verdict.verdict == "magnitude_suspect"
