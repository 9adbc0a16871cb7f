"""Bytes to text."""

from __future__ import annotations

import codecs

from litclaims.errors import InputError


def decode(raw: bytes, *, source: object) -> str:
    """The text of a UTF-8 file; a byte order mark is left out, line ends stay as they are.

    Raises:
        InputError: the bytes are not UTF-8, or hold a NUL and so are no text.
    """
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputError(
            "is UTF-16, not UTF-8", source=source, remedy="save it as UTF-8, e.g. iconv -f UTF-16 -t UTF-8"
        )
    try:
        text = raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise InputError(
            f"is not UTF-8: byte {raw[error.start]:#04x} at {error.start}",
            source=source,
            remedy="save it as UTF-8, e.g. iconv -f LATIN1 -t UTF-8",
        ) from error
    if "\0" in text:
        raise InputError("holds a NUL character and is no text", source=source, remedy="give the text of the document")
    return text
