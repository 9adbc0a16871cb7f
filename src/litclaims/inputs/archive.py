"""Zip archives of documents: which members are read, and the bytes of one.

Nothing is unpacked to a disk. An archive can lie about sizes, name the same bytes many times over, hold itself or
unfold to a thousand times its size, so that limits are held by its directory first and again while a member unfolds.
"""

from __future__ import annotations

import functools
import os
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from litclaims.errors import InputError, UnsupportedFormat
from litclaims.ingest import MAX_BYTES
from litclaims.inputs import records
from litclaims.inputs.item import Input, Member
from litclaims.model import Outcome

SUFFIX = ".zip"
MAGIC = b"PK\x03\x04"
EMPTY = b"PK\x05\x06"

MAX_MEMBERS = 20_000
MAX_DIRECTORY = 16 * 1024 * 1024
"""Bytes of the directory of an archive: it is held in memory, some 100 bytes a member."""

MAX_TOTAL = 2 * 1024**3
"""Bytes of all members unpacked."""

MAX_RATIO, FREE = 200, 1024 * 1024
"""A member longer than ``FREE`` bytes may be so many times its packed size. Text packs 3 to 10 times, tables as XML
up to some 50; deflate ends at 1,032, which only a bomb comes near."""

_OFFICE = ("[Content_Types].xml", "mimetype")
"""Members that make an archive a document of its own: of Microsoft Office, of OpenDocument and EPUB."""

_TAIL = 66_000  # the end record is 22 bytes before a comment of at most 65,535
_ENCRYPTED = 0x1


def is_archive(path: Path, head: bytes) -> bool:
    """True if a file is an archive of documents, False for one that is a document (``.docx``) or no archive.

    Args:
        head: the first bytes of the file.
    """
    if not head.startswith((MAGIC, EMPTY)):
        return False
    if path.suffix.lower() == SUFFIX:
        return True
    return path.suffix.lower() not in (".docx", ".docm", ".dotx") and not any(
        head[30 : 30 + len(name)] == name.encode() for name in _OFFICE
    )


def members(item: Input) -> Iterator[Input | Outcome]:
    """The documents in an archive, in order of their names; what is refused is an outcome with the reason.

    Raises:
        InputError: it is damaged, or too large in one of the ways above.
        OSError: it cannot be opened.
    """
    infos = _opened(item.path, item.source).infolist()
    _check_whole(item, infos)
    counts = Counter(info.filename for info in infos)
    for index, info in sorted(enumerate(infos), key=lambda pair: (pair[1].filename, pair[0])):
        if info.is_dir() or _is_aside(info.filename):
            continue
        doc, source = f"{item.doc}/{info.filename}", f"{item.source}/{info.filename}"
        fault = _fault(info, counts[info.filename])
        if fault:
            yield Outcome(doc, source, "failed", str(InputError(fault[0], source=source, remedy=fault[1])))
        else:
            yield Input(item.path, doc, source, Member(index, info.filename), info.file_size)


def _check_whole(item: Input, infos: list[zipfile.ZipInfo]) -> None:
    total, stored = sum(info.file_size for info in infos), sum(info.compress_size for info in infos)
    if len(infos) > MAX_MEMBERS:
        raise InputError(f"holds {len(infos)} files, the limit is {MAX_MEMBERS}", source=item.source, remedy="split it")
    if total > MAX_TOTAL:
        raise InputError(
            f"is {total} bytes long unpacked, the limit is {MAX_TOTAL}", source=item.source, remedy="split it"
        )
    if stored > item.path.stat().st_size:
        raise InputError(
            "names the same bytes more than once, as a zip bomb does", source=item.source, remedy="pack it again"
        )


def _is_aside(name: str) -> bool:
    """True for what lies beside documents: hidden files, a README, what macOS adds."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    hidden = any(part.startswith(".") and part != ".." for part in parts) or parts[:1] == ("__MACOSX",)
    return hidden or PurePosixPath(name).stem.upper() == "README"


def _fault(info: zipfile.ZipInfo, count: int) -> tuple[str, str] | None:
    """Why a member is not read, and the remedy; None if nothing is wrong with it."""
    name = info.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or name[1:2] == ":":
        return "its name leads out of the archive", "pack it under a name of its own"
    if count > 1:
        return f"the archive holds {count} files of this name", "pack each under a name of its own"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link to another file", "pack the file itself"
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted", "unpack it with its password"
    if info.file_size > MAX_BYTES:
        return f"is {info.file_size} bytes long unpacked, the limit is {MAX_BYTES}", "split it"
    if info.file_size > FREE and info.file_size > MAX_RATIO * info.compress_size:
        return f"unfolds to more than {MAX_RATIO} times its size, as a zip bomb does", "give the document itself"
    return None


def read_member(item: Input, member: Member) -> bytes:
    """The bytes of a member.

    Raises:
        UnsupportedFormat: it is an archive or a table itself.
        InputError: it is damaged, or packed in a way that cannot be read.
        OSError: the archive cannot be opened.
    """
    try:
        opened = _opened(item.path, item.source)
        info = opened.infolist()[member.index]
        if info.filename != member.name:
            raise InputError("has changed while it was read", source=item.source, remedy="run again")
        with opened.open(info) as file:
            raw = file.read(MAX_BYTES + 1)  # zipfile ends at the size that the directory tells, and checks the sum
    except (zipfile.BadZipFile, EOFError, zlib.error, IndexError, struct.error, ValueError) as error:
        raise InputError(f"is damaged: {error}", source=item.source, remedy="pack or download it again") from error
    except (NotImplementedError, RuntimeError) as error:
        raise InputError(f"cannot be unpacked: {error}", source=item.source, remedy="unpack it yourself") from error
    if is_archive(Path(member.name), raw) or records.kind_of(raw[:512], Path(member.name).suffix.lower()):
        raise UnsupportedFormat("is an archive or table inside an archive", source=item.source, remedy="unpack it")
    return raw


def _opened(path: Path, source: object) -> zipfile.ZipFile:
    """The archive, kept open between members: reading its directory for each would be quadratic."""
    status = os.stat(path)
    try:
        return _kept(path, status.st_mtime_ns, status.st_size, str(source))
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError) as error:
        raise InputError(f"is a damaged archive: {error}", source=source, remedy="pack or download it again") from error


@functools.lru_cache(maxsize=1)
def _kept(path: Path, changed: int, size: int, source: str) -> zipfile.ZipFile:
    if _directory_size(path, size) > MAX_DIRECTORY:
        raise InputError("has a directory too long to be read", source=source, remedy="split it")
    return zipfile.ZipFile(path)


def _directory_size(path: Path, size: int) -> int:
    """Bytes that the end records give for the directory: zipfile would read as many at once."""
    with path.open("rb") as file:
        file.seek(max(0, size - _TAIL))
        tail = file.read(_TAIL)
    sizes = [0]
    if (place := tail.rfind(EMPTY)) >= 0 and len(tail) >= place + 22:
        sizes.append(struct.unpack_from("<L", tail, place + 12)[0])
    if (place := tail.rfind(b"PK\x06\x06")) >= 0 and len(tail) >= place + 56:
        sizes = [each for each in sizes if each != 0xFFFFFFFF] + [struct.unpack_from("<Q", tail, place + 40)[0]]
    return max(sizes)


def close() -> None:
    """Close what is kept open."""
    _kept.cache_clear()
