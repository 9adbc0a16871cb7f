"""The benchmark of scale: the same claims every time, every position in one cluster, pairs that stay few."""

import csv
from xml.dom import minidom

from benchmarks.scale import CSV, SIZES, SVG, plot, synthetic_claims
from litclaims.compare import compare
from litclaims.compare.pairing import LISTED, limit


def test_a_large_comparison_lists_few_pairs_and_clusters_hold_every_position():
    claims = list(synthetic_claims(1_500))
    assert claims == list(synthetic_claims(1_500))
    found = compare(claims, sentences=lambda claim: "")
    large = [key for key in {(p.measure, p.level) for p in found.positions} if _size(found, key) > limit(key[0])]
    assert len(found.notes) == len(large) > 0
    for measure, level in large:
        size = _size(found, (measure, level))
        listed = sum((v.measure, v.level) == (measure, level) for v in found.verdicts)
        assert 0 < listed <= min(5 * LISTED, size * (size - 1) // 2 - 1)
    members = [position.position_id for cluster in found.clusters for position in cluster.members]
    assert sorted(members) == sorted(position.position_id for position in found.positions)


def _size(found, key):
    return sum((position.measure, position.level) == key for position in found.positions)


def test_the_plot_is_that_of_the_measured_sizes():
    with CSV.open(encoding="utf-8", newline="") as file:
        rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
    assert [row["claims"] for row in rows] == list(SIZES)
    assert len(minidom.parse(str(SVG)).getElementsByTagName("circle")) == len(rows)
    assert len(minidom.parseString(plot(rows)).getElementsByTagName("circle")) == len(rows)
