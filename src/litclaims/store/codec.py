"""Nouns as JSON and back, by the fields that they declare: nothing is lost, and no name in the data calls code.

A dataclass is an object of the fields that differ from their defaults, a tuple a list, an exact value its digits. A
field that a noun gains later, or has lost, is no hindrance to reading what was written before.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import sys
import types
import typing
from collections.abc import Callable, Collection
from decimal import Decimal
from typing import Any

Decoder = Callable[[Any], Any]

_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True, allow_nan=False)

_SHORT = 64
"""Texts up to this length stand for names, of which there are few: equal ones are kept once."""


def dumps(value: Any) -> str:
    """A noun, a tuple of them, or what :func:`encode` gave of one, as JSON.

    Half a surrogate pair, as a name of a file may hold, survives.
    """
    return _ENCODER.encode(encode(value))


def loads(kind: Any, text: str) -> Any:
    """The value of a type (a noun, ``tuple[Claim, ...]``) that :func:`dumps` wrote.

    Raises:
        ValueError, TypeError, KeyError: the text is none of that.
    """
    return decoder(kind)(json.loads(text))


def encode_without(value: Any, names: Collection[str]) -> dict[str, Any]:
    """A noun as plain JSON types, without some of its fields: read again they have their defaults."""
    return {
        name: encode(held)
        for name, default in _defaults(type(value)) or ()
        if name not in names and (held := getattr(value, name)) != default
    }


def encode(value: Any) -> Any:
    """A noun as plain JSON types."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is tuple or kind is list:
        return [encode(item) for item in value]
    if (fields := _defaults(kind)) is not None:
        return {name: encode(held) for name, default in fields if (held := getattr(value, name)) != default}
    return str(value) if isinstance(value, Decimal) else value


_PLAIN = frozenset({str, int, float, bool, type(None)})


@functools.cache
def _defaults(kind: type) -> tuple[tuple[str, Any], ...] | None:
    """The fields of a noun with their defaults; what has none differs from everything. None if it is no noun."""
    if not dataclasses.is_dataclass(kind):
        return None
    return tuple((field.name, field.default) for field in dataclasses.fields(kind))


@functools.cache
def decoder(kind: Any) -> Decoder:
    """What makes a value of this type of its JSON.

    Raises:
        TypeError: nouns do not hold such a type.
    """
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        (given,) = [each for each in inside if each is not type(None)]
        return _optional(decoder(given))
    if origin is tuple:
        if len(inside) == 2 and inside[1] is Ellipsis:
            return _tuple(decoder(inside[0]))
        return tuple
    if dataclasses.is_dataclass(kind):
        return _noun(kind)
    known: dict[Any, Decoder] = {str: _text, int: int, float: float, bool: bool, Decimal: Decimal}
    if kind not in known:
        raise TypeError(f"a noun cannot hold {kind!r}")
    return known[kind]


def _noun(kind: type) -> Decoder:
    fields: dict[str, Decoder] = {}

    def make(value: Any) -> Any:
        if not fields:  # late: a noun may hold itself
            fields.update({name: decoder(hint) for name, hint in typing.get_type_hints(kind).items()})
        return kind(**{name: fields[name](held) for name, held in value.items() if name in fields})

    return make


def _tuple(inner: Decoder) -> Decoder:
    return lambda value: tuple([inner(item) for item in value])


def _optional(inner: Decoder) -> Decoder:
    return lambda value: None if value is None else inner(value)


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError(f"{value!r} is no text")
    return sys.intern(value) if len(value) <= _SHORT else value
