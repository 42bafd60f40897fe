"""Fetching opens nothing to the inside, and ends whatever the other side does."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from channels.subscriptions import fetching
from channels.subscriptions.fetching import NotFetched, fetched
from tests.channels.subscriptions.conftest import Web


def body_of(url: str) -> bytes:
    with fetched(url) as got:
        assert got.file
        return got.file.read()


def why_not(url: str) -> str:
    with pytest.raises(NotFetched) as raised, fetched(url):
        pass
    return str(raised.value)


@pytest.fixture
def leads_to(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Have the system's resolver answer with these addresses for every name."""
    really = socket.getaddrinfo

    def lead(*addresses: str) -> None:
        def resolve(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
            if not host.endswith(".example"):
                return really(host, port, *args, **kwargs)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (it, port)) for it in addresses]

        monkeypatch.setattr(socket, "getaddrinfo", resolve)

    return lead


def test_a_list_is_fetched_from_an_origin_that_the_operator_allows(web: Web):
    web.gives(b"@slop\n")

    assert body_of(web.url) == b"@slop\n"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://lists.example/list.txt",
        "file:///etc/passwd",
        "https://user:secret@lists.example/list.txt",
        "https:///list.txt",
        "no address",
        "http://lists.example/list.txt",
        "https://lists.example:8443/list.txt",
        "https://elsewhere.example/list.txt",
        "http://127.0.0.1:1/list.txt",
    ],
)
def test_nothing_is_asked_that_the_operator_does_not_allow(url: str, settings: Any, leads_to: Any):
    settings.LIST_HOSTS = ["lists.example"]
    leads_to("127.0.0.1")

    with pytest.raises(NotFetched):
        fetching.check(url)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::ffff:10.0.0.1",
        "fe80::1%eth0",
        "fd00::1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)
def test_a_name_that_leads_inside_is_refused(address: str, settings: Any, leads_to: Any):
    settings.LIST_HOSTS = ["*"]
    leads_to(address)

    assert "no address of the public internet" in why_not("https://lists.example/list.txt")


def test_a_name_with_one_address_inside_is_refused_as_a_whole(settings: Any, leads_to: Any):
    settings.LIST_HOSTS = ["*"]
    leads_to("93.184.215.14", "127.0.0.1")

    assert "127.0.0.1" in why_not("https://lists.example/list.txt")


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1", "localhost", "[::1]"])
def test_other_spellings_of_an_address_inside_are_refused(host: str, settings: Any):
    settings.LIST_HOSTS = ["*"]

    assert "public internet" in why_not(f"https://{host}/list.txt")


def test_a_redirect_is_followed_within_what_is_allowed(web: Web):
    web.says(302, Location="/there.txt")
    web.gives(b"@slop\n", path="/there.txt")

    assert body_of(web.url) == b"@slop\n"


def test_a_redirect_to_a_private_address_is_refused(web: Web):
    inside = socket.create_server(("127.0.0.1", 0))
    inside.settimeout(0.2)
    web.says(302, Location=f"http://127.0.0.1:{inside.getsockname()[1]}/secret")

    assert "add http://127.0.0.1:" in why_not(web.url)
    with pytest.raises(TimeoutError):
        inside.accept()
    inside.close()


def test_a_redirect_to_a_name_that_leads_inside_is_refused(web: Web, settings: Any, leads_to: Any):
    settings.LIST_HOSTS = [web.origin, "lists.example"]
    web.says(307, Location="https://lists.example/list.txt")
    leads_to("127.0.0.1")

    assert "lists.example leads to 127.0.0.1" in why_not(web.url)


@pytest.mark.parametrize("headers", [{}, {"Location": "http://host:bad/"}])
def test_a_redirect_to_nowhere_is_said_to_be_one(headers: dict[str, str], web: Web):
    web.says(302, **headers)

    assert why_not(web.url) == "The server answers 302 and does not say where to."


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path, settings: Any):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    subprocess.run(
        ["openssl", *make, "-keyout", key, "-out", certificate], check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.LIST_HOSTS = [f"https://127.0.0.1:{server.server_port}"]

    assert "CERTIFICATE_VERIFY_FAILED" in why_not(f"{settings.LIST_HOSTS[0]}/list.txt")
    server.shutdown()
    server.server_close()


def test_redirects_in_a_circle_end(web: Web):
    web.says(301, Location="/list.txt")

    assert "leads on more than 5 times" in why_not(web.url)


def test_a_body_of_2_gb_is_not_read_when_it_is_announced(web: Web):
    def announce(request: Any) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(2 * 1024**3))
        request.end_headers()

    web.answers["/list.txt"] = announce

    assert "larger than 64 MB" in why_not(web.url)


def test_a_body_of_2_gb_is_left_after_64_mb_when_it_is_not_announced(web: Web):
    sent = 0

    def flood(request: Any) -> None:
        nonlocal sent
        request.send_response(200)
        request.end_headers()
        part = b"@slop\n" * 100_000
        while sent < 2 * 1024**3:
            request.wfile.write(part)
            sent += len(part)

    web.answers["/list.txt"] = flood

    assert "larger than 64 MB" in why_not(web.url)
    assert sent < 128 * 1024**2


def test_a_packed_body_is_refused(web: Web):
    web.says(200, Content_Encoding="gzip")

    assert "packed" in why_not(web.url)


def test_a_body_that_stops_half_way_is_no_list(web: Web):
    def stop(request: Any) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        request.wfile.write(b"@slop\n")
        request.close_connection = True

    web.answers["/list.txt"] = stop

    assert "broke off" in why_not(web.url)


@pytest.mark.parametrize("where", ["headers", "body"])
def test_a_server_that_sends_byte_by_byte_is_left_in_time(
    where: str, web: Web, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(fetching, "DEADLINE_S", 0.5)

    def drip(request: Any) -> None:
        import time

        request.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        if where == "body":
            request.wfile.write(b"y\r\n\r\n")
        for _ in range(600):
            request.wfile.write(b"y")
            request.wfile.flush()
            time.sleep(0.05)

    web.answers["/list.txt"] = drip

    assert "did not send the list within" in why_not(web.url)


def test_a_host_that_is_not_there_is_named(web: Web, settings: Any):
    settings.LIST_HOSTS = ["http://127.0.0.1:1"]

    assert "127.0.0.1 cannot be reached" in why_not("http://127.0.0.1:1/list.txt")
