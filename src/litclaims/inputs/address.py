"""Pages on the net: fetched with limits of time, size and redirections, over ``http`` and ``https`` only."""

from __future__ import annotations

import http.client
import mimetypes
import socket
import ssl
import time
import urllib.error
import urllib.request
from email.message import Message
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from litclaims import ingest
from litclaims.errors import InputError, UnsupportedFormat
from litclaims.ingest import MAX_BYTES

SILENCE, WHOLE = 10.0, 60.0
"""Seconds that a server may be silent, and that a page may take."""

MAX_REDIRECTIONS = 5
_STEP = 1 << 16
_AGENT = "litclaims (reads documents that a user names)"
_MEDIA = ("image/", "audio/", "video/", "font/")


class _Redirections(urllib.request.HTTPRedirectHandler):
    """Follows a few; urllib itself follows none to another scheme than http, https and ftp, and ftp we cannot open."""

    max_redirections = MAX_REDIRECTIONS
    max_repeats = 2


def fetch(url: str) -> tuple[bytes, str]:
    """The bytes of a page, text in UTF-8, and the suffix of its format.

    Raises:
        UnsupportedFormat: it is an image, sound or film.
        InputError: the address or the page is wrong, cannot be reached, or is too large.
        TimeoutError: no answer in time, which may pass.
    """
    parts = _split(url)
    if parts.username or parts.password:
        raise InputError("holds a password", source=parts.hostname, remedy="download the file and give its path")
    try:
        with _opener().open(urllib.request.Request(url, headers={"User-Agent": _AGENT}), timeout=SILENCE) as answer:
            raw, kind = _content(answer, url), answer.headers
    except urllib.error.HTTPError as error:
        said = " ".join(str(error.reason).split())[:200]
        raise InputError(f"the server answers {error.code} {said}", source=url, remedy="check the address") from error
    except urllib.error.URLError as error:
        raise _unreached(error.reason, url) from error
    except (http.client.HTTPException, ValueError) as error:
        raise InputError(f"the answer is no page: {error}", source=url, remedy="check the address") from error
    except TimeoutError as error:
        raise TimeoutError(f"no answer within {SILENCE:g} s") from error
    except OSError as error:
        raise _unreached(error, url) from error
    return _in_utf8(raw, kind), _suffix(parts.path, kind, url)


def _split(url: str):
    try:
        parts = urlsplit(url)
        if not parts.hostname or parts.port == 0:
            raise ValueError("there is no host")
    except ValueError as error:
        raise InputError(f"is no address: {error}", source=url, remedy="check the address") from error
    return parts


def _opener() -> urllib.request.OpenerDirector:
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
        _Redirections(),
    ):
        opener.add_handler(handler)
    return opener


def _content(answer: http.client.HTTPResponse, url: str) -> bytes:
    """The body, read piece by piece: a server may send a byte a second, or without end."""
    ends = time.monotonic() + WHOLE
    pieces, length = [], 0
    while piece := answer.read1(_STEP):
        pieces.append(piece)
        length += len(piece)
        if length > MAX_BYTES:
            raise InputError(f"is longer than {MAX_BYTES} bytes", source=url, remedy="download and split it")
        if time.monotonic() > ends:
            raise InputError(f"takes longer than {WHOLE:g} s", source=url, remedy="download it and give its path")
    promised = answer.headers.get("Content-Length", "")
    if promised.isdecimal() and length < int(promised):
        raise InputError("the answer ends before its end", source=url, remedy="try again")
    return b"".join(pieces)


def _unreached(reason: object, url: str) -> Exception:
    if isinstance(reason, InputError):
        return reason
    if isinstance(reason, TimeoutError):
        return TimeoutError(f"no answer within {SILENCE:g} s")
    if isinstance(reason, socket.gaierror):
        told = f"the name of the server is not known ({reason.strerror})"
    elif isinstance(reason, ssl.SSLError):
        told = f"the connection is not safe: {reason.reason or reason}"
    else:
        told = getattr(reason, "strerror", None) or str(reason)
    return InputError(f"cannot be reached: {told}", source=url, remedy="check the address and the network")


def _suffix(path: str, headers: Message, url: str) -> str:
    """The suffix of the format: what the server says if a reader knows it, else that of the address."""
    said = headers.get_content_type()
    if said.startswith(_MEDIA):
        raise UnsupportedFormat(f"is {said}, no document", source=url, remedy="give the page with the text")
    known = ingest.readers()
    named = next((suffix for suffix, module in known.items() if said == module.MEDIA_TYPE), "")
    ending = PurePosixPath(path).suffix.lower()
    return ending if ending in known and not named else named or mimetypes.guess_extension(said) or ending


def _in_utf8(raw: bytes, headers: Message) -> bytes:
    """Plain text in the encoding that the server names, as UTF-8; other formats say themselves how they are encoded."""
    charset = headers.get_content_charset()
    if headers.get_content_type() != "text/plain" or not charset:
        return raw
    try:
        return raw.decode(charset).encode()
    except (LookupError, UnicodeError):
        return raw
