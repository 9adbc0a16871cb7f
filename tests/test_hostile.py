"""One folder of all that is broken or hostile, read in one run: each is a row with a reason, and the run goes on.

The run is a process of its own that may take 1 GiB more than it has once the vocabulary is loaded.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen import canvas

GOOD = "Patients received 5 million mesenchymal stem cells intravenously.\n"
MEMORY = 1024**3

LAUGHS = (
    '<?xml version="1.0"?>\n<!DOCTYPE article [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + "]>\n<article><body><p>&a11;</p></body></article>"
)
OUTSIDE = (
    '<?xml version="1.0"?>\n<!DOCTYPE article [<!ENTITY x SYSTEM "file:///etc/hostname">]>\n'
    "<article><body><p>Secret: &x; ends.</p></body></article>"
)
GERMAN = "Die Patienten erhielten eine Injektion von 50 Millionen Stammzellen in das Knie, ohne schwere Folgen. "

RUN = """
import json, resource, sys
from pathlib import Path
from litclaims import pipeline, reading

reading.warm_up()
pages = int(Path("/proc/self/statm").read_text().split()[0])
resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + {memory}, resource.RLIM_INFINITY))
result = pipeline.run_local([sys.argv[1]], out=Path(sys.argv[2]))
rows = [[o.doc, o.status, o.reason, o.seconds] for o in result.outcomes]
json.dump({{"rows": rows, "files": sorted(result.files)}}, sys.stdout)
"""


def zipped(members: dict[str, bytes | str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return made.getvalue()


def sparse(size: int) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        with path.open("wb") as file:
            file.write(GOOD.encode())
            file.truncate(size)

    return make


def long_text(path: Path) -> None:
    with path.open("wb") as file:
        for _ in range(200):
            file.write((GOOD * 16_000).encode()[:1_000_000])


def docx_bomb() -> bytes:
    types = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    return zipped({"[Content_Types].xml": types, "word/document.xml": b" " * 300_000_000})


def laughing_docx() -> bytes:
    names = 'xmlns="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document = LAUGHS.replace("<article>", f"<document {names}>").replace("article", "document").encode()
    with zipfile.ZipFile(io.BytesIO(word(GOOD))) as package:
        members = {name: package.read(name) for name in package.namelist()}
    return zipped(members | {"word/document.xml": document})


def word(text: str) -> bytes:
    file = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(text)
    document.save(file)
    return file.getvalue()


def printed(draw: Callable[[canvas.Canvas], object], **options) -> bytes:
    file = io.BytesIO()
    surface = canvas.Canvas(file, **options)
    draw(surface)
    surface.save()
    return file.getvalue()


def write_dose(surface: canvas.Canvas) -> None:
    surface.drawString(60, 500, "Each shoulder received 10 million cells.")


def draw_scan(surface: canvas.Canvas) -> None:
    surface.drawInlineImage(Image.new("1", (1700, 2200), 1), 0, 0, 595, 842)


def nested_in(tag: str, depth: int) -> bytes:
    return (f"<{tag}>" * depth + GOOD + f"</{tag}>" * depth).encode()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
"""How a Word document before .docx begins, and one that is encrypted."""

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids ["

# Name in the tables, what makes it, what becomes of it, and what its reason says.
FILES: list[tuple[str, bytes | Callable[[Path], None], str, str]] = [
    ("good.txt", GOOD.encode(), "ok", "^$"),
    ("x.pdf/inside.txt", f"{GOOD} It was well borne.".encode(), "ok", "^$"),
    ("new\nline.txt", b"Each knee received 10 million cells.", "ok", "^$"),
    ("\u202etxt.exe.txt", b"Each hip received 10 million cells.", "ok", "^$"),
    ("caf\udce9.txt", b"Each disc received 10 million cells.", "ok", "^$"),
    ("huge.txt", long_text, "failed", "200000000 bytes long, the limit is"),
    ("sparse.txt", sparse(1 << 30), "failed", "1073741824 bytes long, the limit is"),
    ("holes.txt", sparse(30_000_000), "failed", "NUL"),
    ("nul.txt", b"5 million\0cells", "failed", "NUL character"),
    ("utf16.txt", GOOD.encode("utf-16"), "failed", "is UTF-16.*save it as UTF-8"),
    ("utf16-bare.txt", GOOD.encode("utf-16-le"), "failed", "NUL character"),
    ("latin1.txt", "Caf\xe9, 5 million cells".encode("latin-1"), "failed", "is not UTF-8.*save it as UTF-8"),
    ("empty.txt", b"", "failed", "is empty"),
    ("blank.md", b" \n\t\n", "failed", "is empty"),
    ("loop.txt", lambda path: path.symlink_to(path), "failed", "symbolic links"),
    ("nowhere.txt", lambda path: path.symlink_to("gone"), "failed", "No such file"),
    ("up", lambda path: path.symlink_to(".."), "skipped", "link to a folder"),
    ("pipe.txt", os.mkfifo, "failed", "no regular file"),
    ("zero.txt", lambda path: path.symlink_to("/dev/zero"), "failed", "no regular file"),
    ("deutsch.txt", (GERMAN * 6).encode(), "skipped", r"is in German \(de\)"),
    ("picture.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "skipped", "format .png is not known"),
    ("bomb.txt.gz", gzip.compress(b"a" * 200_000_000, 1), "failed", "bytes unpacked"),
    ("bad.txt.gz", gzip.compress(os.urandom(9999))[:5000], "failed", "damaged gzip"),
    ("cut.zip", zipped({"a.txt": GOOD * 99})[:150], "failed", "damaged archive"),
    ("set.zip/bomb.txt", b"", "failed", "zip bomb"),
    ("set.zip/../../a.txt", b"", "failed", "leads out of the archive"),
    ("set.zip//etc/a.txt", b"", "failed", "leads out of the archive"),
    ("set.zip/inner.zip", b"", "skipped", "inside an archive"),
    ("set.zip/good.md", b"", "ok", "^$"),
    ("rows.jsonl#1", b"", "ok", "^$"),
    ("rows.jsonl#2", b"", "failed", "no JSON object"),
    ("rows.jsonl#3", b"", "failed", "is empty"),
    ("open.csv", b'id,text\n1,"never closed' + b"a" * 9_000_000, "failed", "more than 8388608"),
    ("good.pdf", printed(write_dose), "ok", "^$"),
    ("good.docx", word("Each wrist received 10 million cells."), "ok", "^$"),
    ("cut.pdf", PDF, "failed", "cut off"),
    ("half.pdf", printed(write_dose)[:-400], "failed", "cut off"),
    ("locked.pdf", printed(write_dose, encrypt=StandardEncryption("secret")), "failed", "password"),
    ("scan.pdf", printed(draw_scan), "failed", "ocrmypdf"),
    ("laughs.xml", LAUGHS.encode(), "failed", "entit"),
    ("laughs.nxml", LAUGHS.encode(), "failed", "entit"),
    ("outside.xml", OUTSIDE.encode(), "failed", "entit"),
    ("bomb.docx", docx_bomb(), "failed", "zip bomb|unpacked"),
    ("cut.docx", word(GOOD)[:-300], "failed", "truncated"),
    ("locked.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "failed", "encrypted"),
    ("old.doc", OLE, "skipped", r"before \.docx"),
    ("laughs.docx", laughing_docx(), "failed", "entit"),
    ("deep.html", b"<!DOCTYPE html><html><body>" + nested_in("div", 200_000), "failed", "deep|nest"),
    ("deep.nxml", b"<article><body>" + nested_in("sec", 100_000) + b"</body></article>", "failed", "deep|nest"),
    ("numbers.csv", b"site,dose\nknee,5\n", "skipped", "without a column text"),
]

MEMBERS = {
    "bomb.txt": b"0" * 60_000_000,
    "../../a.txt": GOOD,
    "/etc/a.txt": GOOD,
    "inner.zip": zipped({"a.txt": GOOD}),
    "good.md": "# Doses\n\nEach knee received 10 million cells, twice.\n",
}
ROWS = b"""{"id": 1, "title": "A trial", "text": "Each hip received 20 million cells."}
{"id": 2, "te
{"id": 3, "text": " "}
"""


def make(folder: Path) -> None:
    for name, content, *_ in FILES:
        path = folder / name
        if name.startswith(("set.zip/", "rows.jsonl#")):
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if callable(content):
            content(path)
        else:
            path.write_bytes(content)
    (folder / "set.zip").write_bytes(zipped(MEMBERS))
    (folder / "rows.jsonl").write_bytes(ROWS)


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> tuple[dict[str, tuple[str, str, float]], Path]:
    """What became of each document, and the folder that was written to."""
    if not Path("/proc/self/statm").exists():
        pytest.skip("this system does not hold a process to a limit of memory")
    folder, out = tmp_path_factory.mktemp("hostile"), tmp_path_factory.mktemp("out")
    make(folder)
    path = os.pathsep.join(each for each in sys.path if each)
    done = subprocess.run(
        [sys.executable, "-c", RUN.format(memory=MEMORY), str(folder), str(out)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    told = json.loads(done.stdout)
    assert "claims.csv" in told["files"]
    return {doc: (status, reason, seconds) for doc, status, reason, seconds in told["rows"]}, out


@pytest.mark.parametrize(("doc", "status", "reason"), [(doc, status, reason) for doc, _, status, reason in FILES])
def test_each_is_a_row_with_its_reason(run, doc, status, reason):
    rows, _ = run
    assert rows[doc][0] == status, rows[doc]
    assert re.search(reason, rows[doc][1])


def test_nothing_outside_a_document_is_read(run):
    rows, out = run
    assert rows["outside.xml"][0] == "failed"
    secret = Path("/etc/hostname").read_text().strip() if Path("/etc/hostname").exists() else ""
    if secret:
        assert secret not in (out / "claims.csv").read_text(encoding="utf-8")
        assert f"Secret: {secret}".encode() not in (out / "litclaims.sqlite").read_bytes()


def test_no_document_is_lost_and_none_is_added(run):
    rows, _ = run
    assert set(rows) == {doc for doc, *_ in FILES}


def test_reasons_are_for_people(run):
    rows, _ = run
    assert [
        reason for _, reason, _ in rows.values() if re.search(r"\b[A-Z]\w*(?:Error|Exception)\b|Traceback", reason)
    ] == []
