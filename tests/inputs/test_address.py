"""Addresses, against a server on this machine."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from litclaims.errors import InputError, UnsupportedFormat
from litclaims.inputs import address, find_inputs, load

TEXT = "Patients received 5 million MSCs intravenously."


class Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.path.partition("?")[0]
        getattr(self, "page_" + name.strip("/").replace(".", "_"), self.page_missing)()

    def answer(self, body: bytes, kind: str = "text/plain; charset=utf-8", status: int = 200, **headers: str):
        self.send_response(status)
        said = {"Content_Type": kind, "Content_Length": str(len(body)), **headers}
        for key, value in said.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def page_a_txt(self):
        self.answer(TEXT.encode())

    def page_latin(self):
        self.answer("café".encode("latin-1"), "text/plain; charset=iso-8859-1")

    def page_picture_txt(self):
        self.answer(b"\x89PNG", "image/png")

    def page_missing(self):
        self.answer(b"no", status=404)

    def page_hop(self):
        self.answer(b"", status=302, Location="/a.txt")

    def page_round(self):
        self.answer(b"", status=302, Location="/round?" + str(time.monotonic()))

    def page_out(self):
        self.answer(b"", status=302, Location="file:///etc/passwd")

    def page_cut(self):
        self.answer(TEXT.encode(), Content_Length="5000")

    def page_endless(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        try:
            for _ in range(10_000):
                self.wfile.write(b"a" * 1000)
        except OSError:
            pass

    def page_silent(self):
        time.sleep(1.5)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def get(url: str):
    (item,) = find_inputs([url]).items
    return load(item)


def test_a_page_is_read_and_keeps_its_address(site):
    document = get(f"{site}/a.txt")
    assert (document.text, document.source, document.media_type) == (TEXT, f"{site}/a.txt", "text/plain")
    assert document.doc.endswith("/a.txt")


def test_a_redirection_is_followed(site):
    assert get(f"{site}/hop").text == TEXT


def test_text_in_another_encoding_is_read_as_the_server_says(site):
    assert get(f"{site}/latin").text == "café"


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("missing", "answers 404"),
        ("round", "answers 302"),
        ("out", "not allowed"),
        ("cut", "ends before its end"),
    ],
)
def test_a_page_that_is_none_is_told(site, page, reason):
    with pytest.raises(InputError, match=reason):
        get(f"{site}/{page}")


def test_a_picture_is_skipped_whatever_its_name(site):
    with pytest.raises(UnsupportedFormat, match="image/png"):
        get(f"{site}/picture.txt")


def test_a_page_without_end_stops_at_the_limit(site, monkeypatch):
    monkeypatch.setattr(address, "MAX_BYTES", 100_000)
    with pytest.raises(InputError, match="longer than 100000 bytes"):
        get(f"{site}/endless")


def test_a_silent_server_is_left_after_a_while(site, monkeypatch):
    monkeypatch.setattr(address, "SILENCE", 0.3)
    with pytest.raises(TimeoutError, match="no answer within"):
        get(f"{site}/silent")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1:9/", r"cannot be reached: .*\(check the address and the network\)"),
        ("http://name.invalid/a", "cannot be reached"),
        ("http://user:secret@127.0.0.1/a", "holds a password"),
        ("http://[::1/", "is no address"),
        ("http://127.0.0.1:99999/", "is no address"),
        ("http://exa mple/", "no page|cannot be reached"),
    ],
)
def test_what_cannot_be_reached_says_why(url, reason):
    with pytest.raises(InputError, match=reason) as caught:
        address.fetch(url)
    assert "secret" not in str(caught.value)
