"""Neither logs nor answers nor published files give a voter or a viewer away."""

from __future__ import annotations

import gzip
import logging

import pytest
import zstandard

from common import ids
from sync import stats
from sync.snapshot import snapshot
from tests.conftest import Api, new_user
from votes.models import Vote, Voter

pytestmark = pytest.mark.django_db(transaction=True)


def unpacked(path):
    body = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(body)
    if path.suffix == ".zst":
        return zstandard.ZstdDecompressor().stream_reader(body, read_across_frames=True).read()
    return body


def test_no_wire_id_address_or_full_hash_leaves_the_service(
    video_id, lookup, publish_root, caplog, capfd
):
    caplog.set_level(logging.DEBUG)
    user, api = new_user(), Api("203.0.113.77")
    texts = []
    for response in (
        api.vote(video_id, user=user, userAgent="RealTube/0.1.0 Mozilla/5.0 (SecretOS)"),
        api.get(f"/api/users/me/{user}"),
        api.get(f"/api/videos?videoId={video_id}&explain=1"),
        api.get("/api/stats"),
        api.get("/metrics"),
    ):
        texts.append(response.content.decode())
    api.get(f"/api/users/{user}")
    api.get("/api/users/me/data", **{"X-User-ID": user})
    lookup(video_id)
    # With a second one: the checksum of a list of one video would be that video's hash.
    api.vote("another1234", user=user)
    lookup("another1234")
    snapshot.build()
    stats.refresh()
    for path in publish_root.rglob("*"):
        if path.is_file():
            texts.append(unpacked(path).decode(errors="replace"))
    assert sum(video_id in text for text in texts) > 5
    logged = caplog.text + "".join(capfd.readouterr())
    assert "/api/votes" in logged
    for text in [*texts, logged]:
        assert user not in text
        assert "203.0.113" not in text
        assert "SecretOS" not in text
        assert ids.video_hash(video_id) not in text
    assert video_id not in logged
    stored = str(list(Vote.objects.values())) + str(list(Voter.objects.values()))
    assert user not in stored
    assert "203.0.113" not in stored


def test_a_public_id_cannot_act_as_its_voter(video_id):
    user, api = new_user(), Api()
    api.vote(video_id, user=user)
    public = Voter.objects.get().pk
    assert api.delete("/api/votes", {"videoId": video_id, "userId": public}).status_code == 404
    assert api.delete("/api/users/me", **{"X-User-ID": public}).status_code == 404
    assert Vote.objects.get().retracted_at is None


def test_asking_about_a_user_writes_nothing(api):
    api.get(f"/api/users/{new_user()}")
    api.get("/api/users/me", **{"X-User-ID": new_user()})
    assert not Voter.objects.exists()


def test_a_networks_voice_survives_the_rotation_of_its_key(monkeypatch, video_id):
    from votes import networks

    Api("203.0.113.1").vote(video_id)
    later = networks.current_period() + 1
    monkeypatch.setattr(networks, "current_period", lambda: later)
    Api("203.0.113.2").vote(video_id)
    Api("203.0.113.3").vote("another")
    first, second, other = Vote.objects.order_by("id")
    assert first.voice == second.voice
    assert first.prefix_pseudonym != second.prefix_pseudonym
    assert other.voice != second.voice


def test_the_labels_of_an_ipv6_network_its_48_and_32_survive_the_rotation_of_their_key(
    monkeypatch, video_id
):
    from votes import networks

    Api("2001:db8:1:aa01::1").vote(video_id)
    later = networks.current_period() + 1
    monkeypatch.setattr(networks, "current_period", lambda: later)
    Api("2001:db8:1:aa02::1").vote(video_id)
    Api("2001:db8:1:bb01::1").vote(video_id)
    Api("2001:db8:2:bb01::1").vote(video_id)
    Api("2001:db8:1:aa01::1").vote("another")
    Api("2001:db9:1:aa01::1").vote(video_id)
    first, same, neighbour, stranger, other, foreigner = Vote.objects.order_by("id")
    assert first.voice == same.voice
    assert first.site == same.site == neighbour.site
    assert len({vote.voice for vote in (first, neighbour, stranger, other)}) == 4
    assert len({vote.site for vote in (first, stranger, other)}) == 3
    assert len({first.voice, first.site, first.provider}) == 3
    assert first.provider == same.provider == neighbour.provider == stranger.provider
    assert len({vote.provider for vote in (first, other, foreigner)}) == 3
    assert same.site_pseudonym == neighbour.site_pseudonym == other.site_pseudonym
    assert same.site_pseudonym not in (None, first.site_pseudonym, stranger.site_pseudonym)


def test_old_addresses_and_keys_go(video_id):
    from datetime import timedelta

    from django.utils import timezone

    from votes import networks
    from votes.models import AddressKey

    Api("2001:db8:1:aa01::1").vote(video_id)
    AddressKey.objects.create(period=1, secret=b"old")
    assert networks.expire() == 0
    Vote.objects.update(refreshed_at=timezone.now() - timedelta(days=31))
    assert networks.expire() == 1
    vote = Vote.objects.get()
    assert (vote.ip_pseudonym, vote.prefix_pseudonym, vote.site_pseudonym) == (None, None, None)
    assert vote.voice and vote.site and vote.provider
    assert not AddressKey.objects.filter(period=1).exists()
