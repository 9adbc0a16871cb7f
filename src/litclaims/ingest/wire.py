"""Layouts as JSON and back, for readers in a process of their own."""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Callable
from typing import Any

from litclaims.ingest import outline
from litclaims.ingest.outline import Layout


def plain(layout: Layout) -> Any:
    """The layout as plain JSON types: a dataclass is the list of its fields."""
    return _plain(layout)


def _plain(value: Any) -> Any:
    if isinstance(value, (str, int, float)) or value is None:
        return value
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    return [_plain(getattr(value, name)) for name in _names(type(value))]


def layout(value: Any) -> Layout:
    """The layout that :func:`plain` was given.

    Raises:
        TypeError, ValueError: it is none.
    """
    return _maker(Layout)(value)


@functools.cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


@functools.cache
def _maker(kind: Any) -> Callable[[Any], Any]:
    """What makes a value of a type from plain JSON, and refuses any other."""
    if isinstance(kind, types.UnionType):
        (inner,) = (each for each in typing.get_args(kind) if each is not types.NoneType)
        return functools.partial(_optional, _maker(inner))
    if typing.get_origin(kind) is tuple:
        args = typing.get_args(kind)
        return functools.partial(_tuple, _maker(args[0]), None if args[-1] is ... else len(args))
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind, vars(outline))
        return functools.partial(_made, kind, tuple(_maker(hints[name]) for name in _names(kind)))
    return functools.partial(_checked, (int, float) if kind is float else kind)


def _optional(make: Callable[[Any], Any], value: Any) -> Any:
    return None if value is None else make(value)


def _tuple(make: Callable[[Any], Any], length: int | None, value: Any) -> tuple:
    if not isinstance(value, list) or (length is not None and len(value) != length):
        raise TypeError(f"{value!r:.40} is no list of the right length")
    return tuple(map(make, value))


def _made(kind: type, makers: tuple[Callable[[Any], Any], ...], value: Any) -> Any:
    if not isinstance(value, list) or len(value) != len(makers):
        raise TypeError(f"{value!r:.40} is no {kind.__name__}")
    return kind(*(make(each) for make, each in zip(makers, value, strict=True)))


def _checked(kind: type | tuple[type, ...], value: Any) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"{value!r:.40} is no {kind}")
    return value
