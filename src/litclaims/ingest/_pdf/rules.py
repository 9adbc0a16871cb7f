"""Rules: the straight lines and the sides of boxes that a page draws, from which ruled tables are read."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

MAX_OBJECTS = 20_000
MAX_RULES = 1_500
"""A page that draws more holds a chart or a map, no ruled table."""

MAX_DEPTH = 4
"""Forms within forms are followed so deep."""

THIN = 2.5
"""A box no thicker than this is a line, in points."""

SHORT = 8.0
"""Shorter strokes are parts of letters, ticks and markers."""

_Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal or vertical line; ``at`` is its height or place, ``start`` and ``end`` are its ends."""

    horizontal: bool
    at: float
    start: float
    end: float


def rules(page: pypdfium2.PdfPage, *, turn: int) -> list[Rule]:
    """The rules of a page in the frame in which text of that quarter turn is upright; none if there are too many."""
    left, bottom, _, _ = page.get_bbox()
    found: list[Rule] = []
    budget = [MAX_OBJECTS]
    for xa, ya, xb, yb in _strokes(
        page.raw, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, _IDENTITY, 0, budget
    ):
        rule = _rule(_turned(xa - left, ya - bottom, turn), _turned(xb - left, yb - bottom, turn))
        if rule is not None:
            found.append(rule)
        if len(found) > MAX_RULES:
            return []
    return found


def _turned(x: float, y: float, turn: int) -> tuple[float, float]:
    return ((x, y), (y, -x), (-x, -y), (-y, x))[turn]


def _rule(a: tuple[float, float], b: tuple[float, float]) -> Rule | None:
    width, height = abs(a[0] - b[0]), abs(a[1] - b[1])
    if height <= THIN and width >= SHORT:
        return Rule(True, (a[1] + b[1]) / 2, min(a[0], b[0]), max(a[0], b[0]))
    if width <= THIN and height >= SHORT:
        return Rule(False, (a[0] + b[0]) / 2, min(a[1], b[1]), max(a[1], b[1]))
    return None


def _strokes(container, count, get, matrix: _Matrix, depth: int, budget: list[int]) -> Iterator[tuple]:
    """The straight strokes of all paths, as pairs of points."""
    for index in range(count(container)):
        budget[0] -= 1
        if budget[0] < 0:
            return
        thing = get(container, index)
        if not thing:
            continue
        kind = pdfium.FPDFPageObj_GetType(thing)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            yield from _path(thing, _combined(_matrix(thing), matrix), budget)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < MAX_DEPTH:
            inner = _combined(_matrix(thing), matrix)
            yield from _strokes(
                thing, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, inner, depth + 1, budget
            )


def _matrix(thing) -> _Matrix:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(thing, matrix):
        return _IDENTITY
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _combined(inner: _Matrix, outer: _Matrix) -> _Matrix:
    a, b, c, d, e, f = inner
    k, m, n, o, p, q = outer
    return a * k + b * n, a * m + b * o, c * k + d * n, c * m + d * o, e * k + f * n + p, e * m + f * o + q


def _path(thing, matrix: _Matrix, budget: list[int]) -> Iterator[tuple]:
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float, bool, bool]] = []
    a, b, c, d, e, f = matrix
    for index in range(min(pdfium.FPDFPath_CountSegments(thing), 4 * MAX_RULES)):
        budget[0] -= 1
        part = pdfium.FPDFPath_GetPathSegment(thing, index)
        if budget[0] < 0 or not part or not pdfium.FPDFPathSegment_GetPoint(part, x, y):
            return
        kind = pdfium.FPDFPathSegment_GetType(part)
        if kind == pdfium.FPDF_SEGMENT_BEZIERTO:
            return
        px, py = a * x.value + c * y.value + e, b * x.value + d * y.value + f
        points.append((px, py, kind == pdfium.FPDF_SEGMENT_MOVETO, bool(pdfium.FPDFPathSegment_GetClose(part))))
    if _is_thin(points):
        xs, ys = [point[0] for point in points], [point[1] for point in points]
        yield min(xs), (min(ys) + max(ys)) / 2, max(xs), (min(ys) + max(ys)) / 2
        yield (min(xs) + max(xs)) / 2, min(ys), (min(xs) + max(xs)) / 2, max(ys)
        return
    opened = last = (0.0, 0.0)
    for px, py, moves, closes in points:
        if moves:
            opened = (px, py)
        else:
            yield (*last, px, py)
        if closes:
            yield (px, py, *opened)
        last = (px, py)


def _is_thin(points: list[tuple[float, float, bool, bool]]) -> bool:
    """True for a box so thin that it is a line."""
    if not 4 <= len(points) <= 6:
        return False
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    return min(max(xs) - min(xs), max(ys) - min(ys)) <= THIN
