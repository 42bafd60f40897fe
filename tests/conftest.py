"""Fixtures: real PostgreSQL and Valkey (tests/servers.py), a publishing folder for each test."""

from __future__ import annotations

import gc
import secrets
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User
from django.core.cache import cache, caches
from django.test import Client
from django.test.client import ClientHandler
from hypothesis import HealthCheck, settings

from benchmarks.quality import database
from common import breaker, ids, throttling
from common.db import execute
from sync.tasks import run_pipeline
from tests.figures import figures  # noqa: F401 - a fixture
from tests.management.commands import flush
from videos.views import ballot_of
from votes import brakes
from votes.casting import Ballot, Cast, cast_votes
from votes.models import Brake
from votes.serializers import VoteSerializer

# A busy machine is no fault of the test's.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_collection_finish() -> None:
    """What was imported stays: looking it over for garbage again and again takes a tenth of all."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(autouse=True)
def _own_redis(settings: Any, worker_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counters and cache entries of parallel tests do not meet: each test has its own names."""
    run = secrets.token_hex(6)
    cache.key_prefix = run  # type: ignore[attr-defined]
    monkeypatch.setitem(
        caches.settings["default"], "KEY_PREFIX", run
    )  # of the live server's threads
    monkeypatch.setattr(throttling, "PREFIX", run)
    throttling.forget()
    brakes.forget()
    monkeypatch.setattr(breaker, "OPEN_S", 0.0)


@pytest.fixture(scope="session")
def worker_id() -> str:
    """The worker of pytest-xdist, or `master`."""
    import os

    return os.environ.get("PYTEST_XDIST_WORKER", "master")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Test databases are emptied after each test, which nothing else may do to the log."""
    with django_db_blocker.unblock():
        database.allow_emptying()
        execute(flush.VOTES_CONFIRM)
    yield
    flush.close()


@pytest.fixture(autouse=True)
def publish_root(settings: Any, tmp_path: Path) -> Path:
    """An empty folder for published files; deltas that wait for no cut."""
    settings.PUBLISH_ROOT = tmp_path / "publish"
    settings.DELTA_EVERY_S = 0
    return tmp_path / "publish"


@pytest.fixture
def video_id() -> str:
    """A video nobody has heard of."""
    return secrets.token_urlsafe(8)[:11]


def new_user() -> str:
    """A wire user id; the 5,000 rounds are tested elsewhere."""
    return secrets.token_hex(32)


# Each client would load all middleware anew, and look for all static files.
_HANDLER = ClientHandler(enforce_csrf_checks=False)
# Tests that say an address themselves take a smaller second number: else, after some thousand
# clients, two that are to be strangers share a network.
_networks = iter(range(100 << 8, 250 << 8))


def new_network() -> str:
    """An address of a network of its own."""
    n = next(_networks)
    return f"10.{n >> 8}.{n & 255}.7"


@pytest.fixture
def no_brakes(transactional_db: None) -> None:
    """A new site, on which nobody has set a brake: juries confirm there."""
    Brake.objects.all().delete()
    brakes.forget()


class Api:
    """The API as a client of its own network sees it."""

    def __init__(self, address: str = "") -> None:
        self.address = address or new_network()
        self.client = Client(REMOTE_ADDR=self.address, raise_request_exception=False)
        self.client.handler = _HANDLER

    def get(self, path: str, **headers: str) -> Any:
        """GET; a file is read at once, so that no test leaves one open."""
        response = self.client.get(path, headers=headers)
        if response.streaming:
            response.streaming_content = [whole(response)]
        return response

    def post(self, path: str, body: Any, **headers: str) -> Any:
        """POST a JSON body."""
        return self.client.post(path, body, content_type="application/json", headers=headers)

    def delete(self, path: str, body: Any = None, **headers: str) -> Any:
        """DELETE with a JSON body."""
        return self.client.delete(
            path, body or "", content_type="application/json", headers=headers
        )

    def vote(self, video_id: str, category: str = "fully_ai", user: str = "", **more: Any) -> Any:
        """Vote as `user`, or as somebody new."""
        body = {"videoId": video_id, "userId": user or new_user(), "category": category, **more}
        return self.post("/api/votes", body)


def whole(response: Any) -> bytes:
    """The body of an answer, also of one that is a file."""
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.fixture
def api() -> Api:
    """One client."""
    return Api()


@pytest.fixture
def crowd() -> Callable[..., list[str]]:
    """Votes of `n` new voters from as many networks, all at once; returns their user ids.

    They go past the view, its brakes and limits, which take most of the time.
    """

    def vote(n: int, video_id: str, category: str = "fully_ai", **more: Any) -> list[str]:
        users = [new_user() for _ in range(n)]
        votes = VoteSerializer(
            many=True,
            data=[
                {"videoId": video_id, "userId": user, "category": category, **more}
                for user in users
            ],
        )
        votes.is_valid(raise_exception=True)
        cast_votes([Cast(ballot_of(said), new_network()) for said in votes.validated_data])
        return users

    return vote


@pytest.fixture
def farm() -> Callable[..., list[str]]:
    """Videos that `voters` new voters say are AI, and of one channel; returns their ids."""

    def report(n: int, *, handle: str = "farm", voters: int = 9, name: str = "farm") -> list[str]:
        videos = [f"{name}{k:06d}" for k in range(n)]
        casts = [
            Cast(Ballot(secrets.token_hex(16), video, "fully_ai", handle=handle), f"10.{k}.0.1")
            for k in range(voters)
            for video in videos
        ]
        cast_votes(casts)
        run_pipeline()
        return videos

    return report


def published(video_id: str) -> dict[str, Any] | None:
    """What a viewer's lookup says after the pipeline has run."""
    run_pipeline()
    response = Api().get(f"/api/videos/{ids.video_hash(video_id)[:4]}")
    found = (
        [v for v in response.json() if v["videoId"] == video_id]
        if response.status_code == 200
        else []
    )
    return found[0] if found else None


@pytest.fixture
def lookup() -> Callable[[str], dict[str, Any] | None]:
    """See `published`."""
    return published


@pytest.fixture
def local_id() -> str:
    """A client's UUID."""
    return str(uuid.uuid4())


PASSWORD = "correct horse battery"


def staff(role: str, name: str = "") -> User:
    """Somebody of this role, with a passkey of no further use."""
    user = User.objects.create_user(name or role, password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={})
    return user


@pytest.fixture
def desk() -> Callable[..., Client]:
    """The moderators' desk as somebody of a role sees it."""

    def sign_in(role: str = "moderator", name: str = "") -> Client:
        client = Client()
        client.handler = _HANDLER
        client.force_login(staff(role, name))
        return client

    return sign_in


@pytest.fixture
def admin_client() -> Client:
    """The desk as a superuser with a second factor sees it."""
    user = User.objects.create_superuser("admin")
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={})
    client = Client()
    client.handler = _HANDLER
    client.force_login(user)
    return client
