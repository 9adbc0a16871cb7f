"""Stance conflicts: who recommends what another advises against."""

import pytest

from litclaims.compare import stances
from litclaims.compare.stances import stance_verdicts
from litclaims.model import Span, Stance


def stance(doc, said, intervention="stem cell therapy", condition="back pain"):
    return Stance(doc, intervention, condition, said, Span(0, 9))


def judged(*given):
    return stance_verdicts(given, sentences=lambda stance: f"{stance.doc} {stance.stance} it.")


def test_one_recommends_what_another_advises_against():
    (verdict,) = judged(
        stance("essay.txt", "supports"),
        stance("spine.txt", "against", "stem cell spinal injection", "low back pain"),
    )
    assert (verdict.measure, verdict.verdict, verdict.flag, verdict.rule) == ("stance", "disjoint", True, "stance")
    assert (verdict.a.sentence, verdict.b.sentence) == ("essay.txt supports it.", "spine.txt against it.")
    assert (verdict.a.figures, verdict.b.figures) == (("supports",), ("against",))
    assert verdict.reason == (
        "Stance conflict: stem cell therapy for back pain is supported, while stem cell spinal injection for"
        " low back pain is advised against."
    )


def test_two_of_one_mind_are_listed_without_a_flag():
    (verdict,) = judged(stance("a.txt", "against"), stance("b.txt", "against"))
    assert (verdict.verdict, verdict.flag, verdict.severity) == ("agree", False, 0)
    assert verdict.reason == "Both documents are of one mind: stem cell therapy for back pain is advised against."


@pytest.mark.parametrize(
    "other",
    [
        stance("b.txt", "insufficient"),
        stance("b.txt", "mixed"),
        stance("b.txt", "against", "platelet-rich plasma"),
        stance("b.txt", "against", condition="knee pain"),
        stance("a.txt", "against", "stem cell injection"),
    ],
)
def test_what_is_no_advice_or_about_something_else_is_left_alone(other):
    assert judged(stance("a.txt", "supports"), other) == ()


def test_sides_and_order_do_not_matter():
    given = [stance("a.txt", "supports"), stance("b.txt", "against"), stance("c.txt", "against")]
    assert judged(*given) == judged(*given[::-1])
    assert len({verdict.pair_id for verdict in judged(*given)}) == 3


def test_the_id_stays_when_a_document_changes_its_mind():
    (before,) = judged(stance("a.txt", "supports"), stance("b.txt", "against"))
    (after,) = judged(stance("a.txt", "against"), stance("b.txt", "against"))
    assert before.pair_id == after.pair_id


def test_many_documents_are_each_paired_and_not_all_with_all(monkeypatch):
    monkeypatch.setattr(stances, "LISTED", 10)
    given = [stance(f"{index:02}.txt", "against" if index % 5 == 0 else "supports") for index in range(40)]
    found = judged(*given)
    assert len(found) <= 3 * len(given)
    assert {v.a.doc for v in found if v.flag} | {v.b.doc for v in found if v.flag} == {one.doc for one in given}
