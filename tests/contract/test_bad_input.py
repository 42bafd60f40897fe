"""Bad input is refused (docs/contract.md#errors) or has no effect, and nothing is written."""

from __future__ import annotations

import io
import json

import pytest

from common import ids
from common.http import MAX_BODY_BYTES
from tests.conftest import Api, new_user
from votes.models import Vote, Voter

pytestmark = pytest.mark.django_db(transaction=True)
USER = "ab" * 32


def body(**changes):
    return {"videoId": "abcdefghijk", "userId": USER, "category": "fully_ai", **changes}


@pytest.mark.parametrize(
    ("sent", "code", "field"),
    [
        ([], "INVALID_BODY", None),
        ("text", "INVALID_BODY", None),
        (None, "INVALID_BODY", None),
        ({}, "INVALID_FIELD", "videoId"),
        (body(videoId=7), "INVALID_BODY", "videoId"),
        (body(category=["fully_ai"]), "INVALID_BODY", "category"),
        (body(videoId=None), "INVALID_FIELD", "videoId"),
        (body(videoId="a" * 17), "INVALID_FIELD", "videoId"),
        (body(videoId="abc\x00"), "INVALID_FIELD", "videoId"),
        (body(videoId="\ud800"), "INVALID_FIELD", "videoId"),
        (body(videoId="１２３４５６７"), "INVALID_FIELD", "videoId"),
        (body(videoId="a' OR 1=1--"), "INVALID_FIELD", "videoId"),
        (body(videoId="abc%_"), "INVALID_FIELD", "videoId"),
        (body(userId="short"), "INVALID_FIELD", "userId"),
        (body(userId="ab" * 8), "INVALID_FIELD", "userId"),
        (body(userId="zz" * 32), "INVALID_FIELD", "userId"),
        (body(category=""), "MISSING_FIELDS", "category"),
        (body(category=None), "MISSING_FIELDS", "category"),
        (body(category="Fully_AI"), "INVALID_CATEGORY", "category"),
        (body(category="fully_ai\n"), "INVALID_CATEGORY", "category"),
        (body(channelId="UC/.."), "INVALID_FIELD", "channelId"),
        (body(channelHandle="@a b"), "INVALID_FIELD", "channelHandle"),
        (body(isShort="yes"), "INVALID_BODY", "isShort"),
    ],
)
def test_a_vote_that_makes_no_sense_is_refused(api, sent, code, field):
    response = api.post("/api/votes", json.dumps(sent))
    error = response.json()["error"]
    assert (response.status_code, error["code"], error.get("field")) == (400, code, field)
    assert not Vote.objects.exists()
    assert not Voter.objects.exists()


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        ("", 400),
        ("{", 400),
        ("[" * 10_000, 400),
        ('{"videoId": NaN}', 400),
        (b"\xff\xfe{}", 400),
        ("x" * 1_000_000, 413),
    ],
)
def test_a_body_that_is_no_json_is_refused(api, raw, status):
    response = api.post("/api/votes", raw)
    assert response.status_code == status
    assert set(response.json()) == {"error"}


CHUNKED = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}


def raw(api, method, stream, **environ):
    """The answer to a request with the body that a server reads from `stream`."""
    environ |= {"wsgi.input": stream, "CONTENT_TYPE": "application/json"}
    return api.client.generic(method, "/api/votes", **environ)


def test_a_body_in_chunks_is_a_body(api):
    sent = json.dumps(body()).encode()
    assert raw(api, "POST", io.BytesIO(sent), **CHUNKED).status_code == 200
    assert Vote.objects.count() == 1
    assert raw(api, "DELETE", io.BytesIO(sent), **CHUNKED).status_code == 200


class BrokenOff(io.BytesIO):
    """What a server gives for a connection that has ended."""

    def read(self, size=-1):
        raise ConnectionResetError


@pytest.mark.parametrize(
    ("stream", "environ", "status", "code"),
    [
        (io.BytesIO(b" " * (MAX_BODY_BYTES + 1)), CHUNKED, 413, "PAYLOAD_TOO_LARGE"),
        (BrokenOff(), CHUNKED, 400, "INVALID_BODY"),
        (BrokenOff(), {"CONTENT_LENGTH": "9"}, 400, "INVALID_BODY"),
        # Where the server does not know its end, nothing may be read.
        (
            io.BytesIO(json.dumps(body()).encode()),
            CHUNKED | {"wsgi.input_terminated": False},
            400,
            "INVALID_BODY",
        ),
    ],
    ids=["too large", "chunks break off", "it breaks off", "endless"],
)
def test_a_body_that_does_not_end_well_is_refused(api, stream, environ, status, code):
    response = raw(api, "POST", stream, **environ)
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert not Vote.objects.exists()


def test_a_withdrawal_that_lost_its_body_says_so_and_works_without_one(api):
    api.post("/api/votes", json.dumps(body()))
    lost = api.client.delete("/api/votes", content_type="application/json")
    assert (lost.status_code, lost.json()["error"]["code"]) == (400, "INVALID_BODY")
    named = api.client.delete("/api/votes?videoId=abcdefghijk", headers={"X-User-ID": USER})
    assert (named.status_code, named.json()) == (200, {"success": True})


def test_another_media_type_is_refused(api):
    response = api.client.post("/api/votes", "a=b", content_type="text/plain")
    assert (response.status_code, response.json()["error"]["code"]) == (
        415,
        "UNSUPPORTED_MEDIA_TYPE",
    )


def test_white_space_around_ids_and_upper_case_hex_are_forgiven(api):
    assert api.post("/api/votes", body(videoId=" abc\n", userId=USER.upper())).status_code == 200
    assert Vote.objects.get().video_id == "abc"


def test_members_that_are_not_a_clients_to_set_have_no_effect(api):
    api.post("/api/votes", body(score=100, isVip=True, trust_weight=9, locked=True, trust=1))
    assert float(Vote.objects.get().trust_weight) == 0.3
    assert Voter.objects.get().is_vip is False


def test_of_a_user_agent_only_name_and_version_are_kept(api):
    agent = "RealTube/0.1.0 Mozilla/5.0 \x00\ud800 (X11)" + "é" * 500
    assert api.post("/api/votes", json.dumps(body(userAgent=agent))).status_code == 200
    vote = Vote.objects.get()
    assert (vote.client_name, vote.client_version) == ("RealTube", "0.1.0")


def test_forged_proxy_headers_do_not_change_who_is_counted():
    api = Api("198.51.100.9")
    for n in range(31):
        response = api.post(
            "/api/votes",
            body(userId=new_user(), videoId=f"v{n}"),
            **{
                "X-Forwarded-For": f"8.8.4.{n}",
                "X-Real-IP": f"8.8.8.{n}",
                "Forwarded": "for=1.1.1.1",
            },
        )
    assert response.status_code == 429


def test_a_trusted_proxy_is_believed_about_the_nearest_hop(settings):
    import ipaddress

    settings.TRUSTED_PROXIES = [ipaddress.ip_network("198.51.100.0/24")]
    api = Api("198.51.100.9")
    for n in range(2):
        header = {"X-Forwarded-For": f"6.6.6.6, 203.0.{n}.1"}
        api.post("/api/votes", body(userId=new_user()), **header)
    assert Vote.objects.values("voice").distinct().count() == 2


@pytest.mark.parametrize("path", ["/api/nothing", "/nothing", "/api/videos/../../etc/passwd"])
def test_an_unknown_path_is_a_json_404(api, path):
    assert api.get(path).json()["error"]["code"] in {"NOT_FOUND", "INVALID_PREFIX"}


def test_a_wrong_method_says_which_are_right(api):
    response = api.get("/api/votes")
    assert (response.status_code, response["Allow"]) == (405, "POST, DELETE, OPTIONS")
    assert response.json()["error"]["code"] == "METHOD_NOT_ALLOWED"


@pytest.mark.parametrize("path", ["/api/stats", "/api/stats/", "/health/live", "/health/live/"])
def test_paths_answer_with_and_without_a_slash_and_to_head(api, path):
    assert api.get(path).status_code == 200
    head = api.client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert int(head["Content-Length"]) > 0


def test_errors_carry_cors_headers_and_a_request_id(api):
    response = api.get("/api/videos/zz", Origin="https://x.example", **{"X-Request-ID": "my-id"})
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Retry-After" in response["Access-Control-Expose-Headers"]
    assert response["X-Request-ID"] == "my-id"
    assert len(api.get("/api/stats", **{"X-Request-ID": "bad id\n"})["X-Request-ID"]) == 24


def test_the_admin_sends_no_cors_headers(api):
    response = api.get("/admin/login/", Origin="https://x.example")
    assert not response.has_header("Access-Control-Allow-Origin")


def test_lookups_revalidate(api, video_id, lookup):
    api.vote(video_id)
    lookup(video_id)
    path = f"/api/videos/{ids.video_hash(video_id)[:4]}"
    first = api.get(path)
    assert first["Cache-Control"].startswith("public, max-age=5")
    again = api.get(path, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_batch_lookup_answers_every_prefix(api, video_id, lookup):
    api.vote(video_id)
    lookup(video_id)
    prefix = ids.video_hash(video_id)[:4]
    other = f"{(int(prefix, 16) + 1) % 65536:04x}"
    results = api.post("/api/videos/lookup", {"prefixes": [prefix, other, prefix]}).json()[
        "results"
    ]
    assert [video["videoId"] for video in results[prefix]] == [video_id]
    assert results[other] == []


@pytest.mark.parametrize(
    "prefixes", [[], ["zz"], ["abcd"] * 3 + ["abc"], [f"{n:04x}" for n in range(101)]]
)
def test_a_batch_lookup_refuses_what_is_no_list_of_prefixes(api, prefixes):
    response = api.post("/api/videos/lookup", {"prefixes": prefixes})
    assert (response.status_code, response.json()["error"]["code"]) == (400, "INVALID_PREFIX")


def test_filters_keep_what_they_name(api, video_id, lookup):
    api.vote(video_id)
    lookup(video_id)
    path = f"/api/videos/{ids.video_hash(video_id)[:4]}"
    assert api.get(f"{path}?categories=fully_ai&minScore=10").status_code == 200
    assert api.get(f"{path}?minScore=17").status_code == 404
    assert api.get(f"{path}?categories=ai_visuals").status_code == 404
    assert api.get(f"{path}?minScore=101").json()["error"]["code"] == "INVALID_PARAM"
    assert api.get(f"{path}?categories=x").json()["error"]["code"] == "INVALID_PARAM"
