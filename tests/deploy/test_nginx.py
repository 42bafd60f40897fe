"""deploy/nginx in front of the real service: every location, every error, and alone."""

from __future__ import annotations

import gzip
import json
import re
import secrets
import signal
import socket
import ssl
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
import zstandard

from tests.deploy.proxy import MANY, VIDEO, nginx, published_service
from tests.dev.processes import descendants, running, wait_until
from tests.tools import needs

pytestmark = needs("nginx", "envsubst", "openssl")
SECURITY_HEADERS = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-API-Version": "1",
}


@pytest.fixture(scope="module")
def service():
    """One for all tests that leave it as it is."""
    with published_service() as made:
        yield made


@pytest.fixture(scope="module")
def site(service):
    with nginx(service.var_dir / "publish", service.port, **MANY) as server:
        yield server


@pytest.fixture(scope="module")
def folder(service):
    return service.var_dir / "publish"


@pytest.fixture
def strict(folder):
    """Another nginx on the same files with the limits it has by default, and nobody behind."""
    with nginx(folder, 1, REALTUBE_PROXIES_IN_FRONT="127.0.0.1") as server:
        yield server


def test_a_lookup_is_the_bucket_file(site, folder):
    answer = site.ask("/api/videos/5f6b")
    assert answer.status == 200
    assert answer.body == (folder / "buckets/5f/6b.json").read_bytes()
    assert answer.json()[0]["videoId"] == VIDEO
    assert answer.headers["Cache-Control"] == "public, max-age=5, stale-while-revalidate=60"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert "X-Cache-Status" not in answer.headers
    again = site.ask("/api/videos/5f6b/", If_None_Match=answer.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    assert again.headers["Cache-Control"] == answer.headers["Cache-Control"]
    head = site.ask("/api/videos/5f6b", method="HEAD")
    assert (head.status, head.headers["Content-Length"]) == (200, str(len(answer.body)))


def test_a_lookup_that_finds_nothing_is_a_json_404_that_may_be_kept(site):
    answer = site.ask("/api/videos/0000")
    assert (answer.status, answer.error) == (404, "NOT_FOUND")
    assert answer.headers["Cache-Control"] == "public, max-age=5, stale-while-revalidate=60"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/videos/5f6b0b", 200, None),
        ("/api/videos/5F6B", 200, None),
        ("/api/videos/5f6b?minScore=100", 404, "NOT_FOUND"),
        ("/api/videos/5f6b?minScore=x", 400, "INVALID_PARAM"),
        ("/api/videos/ab", 400, "INVALID_PREFIX"),
        ("/api/videos/../../etc/passwd", 404, "NOT_FOUND"),
        ("/api/videos?videoId=" + VIDEO, 200, None),
        ("/api/videos", 400, "INVALID_FIELD"),
        ("/api/channels/UCnobody", 404, "NOT_FOUND"),
        ("/api/sync/full?limit=1", 200, None),
        ("/api/sync/delta?since=2020-01-01T00:00:00Z", 200, None),
        ("/api/lists/videos.txt?format=freetube", 400, "INVALID_PARAM"),
        ("/api/lists/videos.txt?minScore=1", 200, None),
        ("/api/openapi.json", 200, None),
        ("/api/nothing", 404, "NOT_FOUND"),
        ("/health/live", 200, None),
        ("/metrics", 404, "NOT_FOUND"),
        ("/published/buckets/5f/6b.json", 404, "NOT_FOUND"),
        ("/snapshots/current/full.json", 404, "NOT_FOUND"),
        ("/buckets/cursor", 404, "NOT_FOUND"),
        ("/stats.json", 404, "NOT_FOUND"),
        ("/nginx-health", 404, "NOT_FOUND"),
    ],
)
def test_every_other_path_is_the_applications(site, path, status, code):
    answer = site.ask(path)
    assert answer.status == status, answer
    if code:
        assert answer.error == code


def test_pages_have_their_own_policy_once(site):
    for path in ("/", "/admin/login/", "/appeal", "/api/docs"):
        answer = site.ask(path)
        assert answer.status == 200, path
        assert len(answer.headers.get_all("Content-Security-Policy")) == 1
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/api/videos/5f6b", "/api/videos/0000", "/api/stats", "/api/sync/full", "/metrics"]
)
def test_the_security_headers_are_there_once_whoever_answers(site, path):
    answer = site.ask(path, X_Request_ID="mine-1")
    for name, value in {**SECURITY_HEADERS, "X-Request-ID": "mine-1"}.items():
        assert answer.headers.get_all(name) == [value], name
    assert "default-src" in answer.headers["Content-Security-Policy"]
    assert re.search("[0-9.]+$", answer.headers["Server"] or "") is None


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST"])
def test_a_wrong_method_is_told_which_are_right(site, method):
    for path in ("/api/videos/5f6b", "/api/sync/full"):
        answer = site.ask(path, method=method)
        assert (answer.status, answer.error) == (405, "METHOD_NOT_ALLOWED")
        assert "GET" in answer.headers["Allow"]


def test_preflights_are_answered_by_the_application(site):
    answer = site.ask(
        "/api/votes",
        method="OPTIONS",
        Origin="https://www.youtube.com",
        Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="content-type",
    )
    assert answer.status in (200, 204)
    assert answer.headers.get_all("Access-Control-Allow-Origin") == ["*"]


FILES = {
    "/api/sync/full": ("full.json", "application/json"),
    "/api/sync/compact": ("compact.bin", "application/octet-stream"),
    "/api/sync/manifest": ("manifest.json", "application/json"),
    "/api/lists/channels.txt": ("lists/channels-plain.txt", "text/plain; charset=utf-8"),
    "/api/lists/videos.txt?format=ublock": ("lists/videos-ublock.txt", "text/plain; charset=utf-8"),
    "/api/lists/channels.txt?format=freetube": ("lists/channels-freetube.json", "application/json"),
    "/api/lists/channels.txt?format=blocktube": (
        "lists/channels-blocktube.json",
        "application/json",
    ),
}


@pytest.mark.parametrize("path", FILES)
def test_copies_come_from_disk_as_the_application_would_give_them(site, service, folder, path):
    name, media_type = FILES[path]
    plain = (folder / "snapshots" / "current" / name).read_bytes()
    by_encoding = {"": plain, "identity": plain, "gzip": plain, "gzip, zstd": plain}
    if name == "manifest.json":
        by_encoding = {"": plain}
    for encoding, expected in by_encoding.items():
        answer = site.ask(path, Accept_Encoding=encoding)
        assert answer.status == 200
        used = answer.headers["Content-Encoding"]
        assert used == {"gzip": "gzip", "gzip, zstd": "zstd"}.get(encoding)
        body = {
            "gzip": gzip.decompress,
            "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
        }.get(used, bytes)(answer.body)
        assert body == expected
        assert answer.headers.get_all("Content-Type") == [media_type]
        assert answer.headers["Vary"] == "Accept-Encoding"
        known = site.ask(path, Accept_Encoding=encoding, If_None_Match=answer.headers["ETag"])
        assert known.status == 304
    with_app = site.ask(f"{path}{'&' if '?' in path else '?'}unknown=1")
    assert with_app.headers["X-Cache-Status"] == "MISS"
    assert with_app.body == plain
    for header in ("Content-Type", "Cache-Control"):
        assert with_app.headers.get_all(header) == answer.headers.get_all(header)


def test_refused_encodings_are_not_used(site):
    answer = site.ask("/api/sync/full", Accept_Encoding="zstd;q=0, gzip;q=0")
    assert "Content-Encoding" not in answer.headers


def test_everything_is_a_download(site, folder):
    answer = site.ask("/api/sync/full.ndjson.zst", Accept_Encoding="zstd")
    assert answer.body == (folder / "snapshots/current/full.ndjson.zst").read_bytes()
    assert answer.headers["Content-Type"] == "application/zstd"
    assert (
        answer.headers["Content-Disposition"] == 'attachment; filename="realtube-full.ndjson.zst"'
    )
    assert "Content-Encoding" not in answer.headers


def test_a_download_can_be_resumed(site, folder):
    whole = (folder / "snapshots/current/compact.bin").read_bytes()
    etag = site.ask("/api/sync/compact").headers["ETag"]
    assert re.fullmatch('"[0-9a-f-]+"', etag)
    part = site.ask("/api/sync/compact", Range="bytes=5-9", If_Range=etag)
    assert (part.status, part.body) == (206, whole[5:10])
    assert part.headers["Content-Range"] == f"bytes 5-9/{len(whole)}"
    changed = site.ask("/api/sync/compact", Range="bytes=5-9", If_Range='"other"')
    assert (changed.status, changed.body) == (200, whole)
    behind = site.ask("/api/sync/compact", Range=f"bytes={len(whole)}-")
    assert (behind.status, behind.error) == (416, "RANGE_NOT_SATISFIABLE")
    assert behind.headers["Content-Range"] == f"bytes */{len(whole)}"


def test_votes_reach_the_application_and_carry_its_limits(site):
    user = secrets.token_hex(32)
    body = {"videoId": "viaproxy", "userId": user, "category": "fully_ai"}
    answer = site.ask("/api/votes", method="POST", body=body)
    assert (answer.status, answer.json()["success"]) == (200, True)
    assert answer.headers["Cache-Control"] == "no-store"
    assert int(answer.headers["X-RateLimit-Remaining"]) >= 0
    assert site.ask("/api/votes", method="DELETE", body=body | {"category": None}).status == 200
    assert site.ask("/api/votes", method="POST", body=body).status == 200
    named = site.ask("/api/votes?videoId=viaproxy", method="DELETE", X_User_ID=user)
    assert (named.status, named.json()) == (200, {"success": True})
    reports, report = "/api/channels/%40viaproxy/reports", body | {"videos": [body]}
    assert site.ask(reports, method="POST", body=report).status == 200
    assert site.ask(reports, method="DELETE", X_User_ID=secrets.token_hex(32)).status == 404


def test_what_is_kept_for_others_does_not_tell_their_limits(site):
    path = "/api/channels/UCkept" + secrets.token_hex(4)
    first, second = site.ask(path), site.ask(path, X_Request_ID="second")
    assert [a.headers["X-Cache-Status"] for a in (first, second)] == ["MISS", "HIT"]
    assert first.body == second.body
    assert "X-RateLimit-Remaining" in first.headers
    assert "X-RateLimit-Remaining" not in second.headers
    assert second.headers.get_all("X-Request-ID") == ["second"]


def compact_delta(site, more=""):
    revision = site.ask("/api/sync/manifest").json()["revision"]
    return f"/api/sync/delta?format=compact&cursor={revision}-0{more}"


def test_a_delta_that_many_ask_for_is_made_and_packed_once(site):
    path, encodings = compact_delta(site, "&limit=77"), ["gzip", "identity"] * 6
    with ThreadPoolExecutor(12) as clients:
        answers = list(clients.map(lambda it: site.ask(path, Accept_Encoding=it), encodings))
    assert sorted(it.headers["X-Cache-Status"] for it in answers) == ["HIT"] * 11 + ["MISS"]
    (made,) = {it.body for it in answers if it.headers["Content-Encoding"] is None}
    assert json.loads(made)["hasMore"] is False
    for encoding, answer in zip(encodings, answers, strict=True):
        if encoding == "gzip":
            assert answer.headers["Content-Encoding"] == "gzip"
            assert gzip.decompress(answer.body) == made
        assert answer.headers["Cache-Control"] == "public, stale-while-revalidate=60"
        assert answer.headers["Expires"]
        assert answer.headers["Vary"] == "Accept-Encoding"
    other = site.ask(path, Origin="moz-extension://a-name-of-its-own").headers
    assert (other["X-Cache-Status"], other["Vary"]) == ("HIT", "Accept-Encoding")


@pytest.mark.parametrize("path", ["/api/users/" + "5f" * 32, "/api/sync/delta?cursor=0-0"])
def test_answers_for_one_client_are_not_kept(site, path):
    assert [site.ask(path).headers["X-Cache-Status"] for _ in range(2)] == ["MISS", "MISS"]


def test_a_forged_address_does_not_reach_the_application(folder):
    """What the application is told is who connected, whatever they claim."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(20)
        with nginx(folder, listener.getsockname()[1]) as server:
            with socket.create_connection(("127.0.0.1", server.port)) as raw:
                context = ssl._create_unverified_context()
                with context.wrap_socket(raw) as secure:
                    secure.sendall(
                        b"GET /api/stats HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                        b"X-Forwarded-For: 6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\n"
                        b"Forwarded: for=6.6.6.6\r\nX-Forwarded-Host: evil\r\n"
                        b"X-Forwarded-Proto: http\r\n\r\n"
                    )
                    got, _ = listener.accept()
                    with got:
                        seen = got.recv(65536).decode()
    assert "6.6.6.6" not in seen and "evil" not in seen
    assert "X-Real-IP: 127.0.0.1\r\n" in seen
    assert "X-Forwarded-For: 127.0.0.1\r\n" in seen
    assert "X-Forwarded-Proto: https\r\n" in seen


def test_http_leads_to_https(site):
    answer = site.ask("/api/stats?x=1", plain=True)
    assert answer.status == 301
    assert answer.headers["Location"] == "https://realtube.example/api/stats?x=1"
    assert site.ask("/nginx-health", plain=True).status == 204


def test_tls_is_modern_and_speaks_http_2(site):
    context = ssl._create_unverified_context()
    context.set_alpn_protocols(["h2", "http/1.1"])
    with socket.create_connection(("127.0.0.1", site.port)) as raw:
        with context.wrap_socket(raw) as secure:
            assert secure.selected_alpn_protocol() == "h2"
            assert secure.version() == "TLSv1.3"
    old = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{site.port}", "-tls1_1"],
        input=b"",
        capture_output=True,
        check=False,
    )
    assert old.returncode != 0
    got = subprocess.run(
        [
            *("curl", "-sk", "--http2", "-o", "/dev/null", "-w", "%{http_version} %{http_code}"),
            f"https://127.0.0.1:{site.port}/api/videos/5f6b",
        ],
        capture_output=True,
        check=True,
    )
    assert got.stdout == b"2 200"


def test_large_requests_are_refused_as_json(site):
    answer = site.ask("/api/votes", method="POST", body=b"x" * 16_385)
    assert (answer.status, answer.error) == (413, "PAYLOAD_TOO_LARGE")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    long_path = site.ask("/api/videos/" + "a" * 9000)
    assert (long_path.status, long_path.error) == (414, "INVALID_BODY")
    large_header = site.ask("/api/stats", X_Large="a" * 9000)
    assert (large_header.status, large_header.error) == (431, "INVALID_BODY")


def test_bodies_in_chunks_are_taken_and_their_size_is_limited(site):
    vote = json.dumps(
        {"videoId": "inchunks", "userId": secrets.token_hex(32), "category": "fully_ai"}
    ).encode()
    taken = site.ask_in_chunks("/api/votes", vote[:9], vote[9:])
    assert (taken.status, taken.json()["success"]) == (200, True)
    refused = site.ask_in_chunks("/api/votes", *[b" " * 8192] * 3)
    assert (refused.status, refused.error) == (413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize(
    ("path", "allowed", "limit", "retry_s"),
    [
        ("/api/videos/5f6b", 101, "100", 1),
        ("/api/sync/full", 5, "4", 15),
        ("/api/lists/channels.txt", 5, "4", 15),
    ],
)
def test_limits_answer_in_json_and_say_when_to_come_back(strict, path, allowed, limit, retry_s):
    got = [strict.ask(path, X_Forwarded_For="192.0.2.1") for _ in range(allowed + 4)]
    assert [answer.status for answer in got[:allowed]] == [200] * allowed
    refused = got[-1]
    assert (refused.status, refused.error) == (429, "RATE_LIMITED")
    assert refused.headers.get_all("Retry-After") == [str(retry_s)]
    assert refused.json()["error"]["retryAfter"] == retry_s
    assert refused.headers["X-RateLimit-Limit"] == limit
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert refused.headers["Cache-Control"] == "no-store"
    assert "Retry-After" in refused.headers["Access-Control-Expose-Headers"]
    assert strict.ask(path, X_Forwarded_For="192.0.2.2").status == 200


@pytest.mark.parametrize(
    ("path", "address"), [("/api/votes", "192.0.2.1"), ("/api/channels/@a/reports", "192.0.2.3")]
)
def test_votes_are_limited_before_the_application_and_preflights_never(strict, path, address):
    ask = {"body": {}, "X_Forwarded_For": address}
    got = [strict.ask(path, method="POST", **ask).status for _ in range(36)]
    assert got[:31] == [503] * 31
    assert got[-1] == 429
    assert strict.ask(path, method="OPTIONS", **ask).status == 503


def test_one_customers_ipv6_addresses_are_one(strict):
    for n in range(5):
        strict.ask("/api/sync/full", X_Forwarded_For=f"2001:db8::{n + 1:x}:1")
    same = strict.ask("/api/sync/full", X_Forwarded_For="2001:db8:0:0:ffff::9")
    other = strict.ask("/api/sync/full", X_Forwarded_For="2001:db8:0:1::1")
    assert (same.status, other.status) == (429, 200)


def test_the_lines_of_a_48_have_eight_times_as_much_together(strict):
    """Bursts of one and of 32, and what the time that it takes adds to them."""
    got = []
    while 429 not in got and len(got) < 200:
        address = f"2001:db8:1:{len(got):x}::1"
        got.append(strict.ask("/api/sync/full", X_Forwarded_For=address).status)
    assert got.count(200) >= 33
    assert got[-1] == 429
    assert strict.ask("/api/sync/full", X_Forwarded_For="2001:db8:2::1").status == 200
    assert strict.ask("/api/sync/full", X_Forwarded_For="192.0.2.1").status == 200


def test_an_address_that_a_stranger_claims_changes_nothing(folder):
    with nginx(folder, 1) as server:
        got = [
            server.ask("/api/sync/full", X_Forwarded_For=f"192.0.2.{n}").status for n in range(8)
        ]
    assert got == [200] * 5 + [429] * 3


def test_origins_can_be_limited_to_a_list(folder):
    origins = "https://a.example, https://b.example"
    with nginx(folder, 1, REALTUBE_CORS_ORIGINS=origins) as server:
        for origin, allowed in {
            "https://a.example": "https://a.example",
            "https://b.example": "https://b.example",
            "https://b.example.evil": None,
            "https://bxexample": None,
        }.items():
            answer = server.ask("/api/videos/5f6b", Origin=origin)
            assert answer.headers["Access-Control-Allow-Origin"] == allowed
            assert answer.headers["Vary"] == "Accept-Encoding, Origin"


def test_a_slow_client_is_let_go(site):
    context = ssl._create_unverified_context()
    with socket.create_connection(("127.0.0.1", site.port), timeout=20) as raw:
        with context.wrap_socket(raw) as secure:
            secure.sendall(b"GET /api/videos/5f6b HTTP/1.1\r\nHost: a\r\n")
            assert secure.recv(1024) == b""


def test_with_everything_else_stopped_lookups_and_copies_go_on():
    with published_service() as service:
        published = service.var_dir / "publish"
        with nginx(published, service.port, **MANY) as site:
            # A copy of the empty site may have been made first; the next one comes in a minute.
            wait_until(
                lambda: site.ask("/api/sync/manifest").json()["revision"] > 0,
                timeout_s=90,
                what="the copy has the video",
            )
            kept = ("/api/videos/5f6b", compact_delta(site), *FILES)
            before = {path: site.ask(path).body for path in kept}
            processes = descendants(service.process.pid)
            assert service.stop(signal.SIGTERM) == 0
            wait_until(lambda: not running(processes), timeout_s=20, what="all of it is gone")

            assert {path: site.ask(path).body for path in before} == before
            assert site.ask("/api/videos/0000").error == "NOT_FOUND"
            assert site.ask("/api/sync/full.ndjson.zst").status == 200
            assert site.ask("/api/stats").json().keys() >= {"totalVotes", "generatedAt"}
            body = {"videoId": VIDEO, "userId": secrets.token_hex(32), "category": "fully_ai"}
            vote = site.ask("/api/votes", method="POST", body=body)
            assert (vote.status, vote.error) == (503, "OVERLOADED")
            assert int(vote.headers["Retry-After"]) == vote.json()["error"]["retryAfter"]
            assert vote.headers["Access-Control-Allow-Origin"] == "*"
            assert site.ask("/health/ready").status == 503


def test_nginx_writes_no_addresses(folder):
    with nginx(folder, 1) as server:
        for path in ("/api/videos/5f6b", "/api/votes", "/api/sync/delta", "/nothing"):
            server.ask(path)
        for _ in range(9):
            server.ask("/api/sync/full")
        assert server.stop() == ""
        written = [path for path in (server.folder / "run").rglob("*.log")]
    assert written == []
