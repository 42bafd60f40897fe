"""What an attacker of the fetching of lists has found, and must not find again."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from channels.models import Listing, Subscription
from channels.subscriptions import service
from common.addresses import is_public
from tests.channels.subscriptions.conftest import Web

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "address",
    [
        "fec0::1",
        "64:ff9b:1::a00:1",
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "5f00::1",
        "4000::1",
    ],
)
def test_an_address_inside_is_not_public(address: str):
    assert not is_public(address)
    assert is_public("2606:4700::1111") and is_public("64:ff9b::808:808")


def test_a_validator_that_cannot_be_sent_is_forgotten(
    web: Web, subscribed: Subscription, fetch: Callable[..., Subscription]
):
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("ETag", '"caf\xe9"')
        request.send_header("Content-Length", "6")
        request.end_headers()
        request.wfile.write(b"@slop\n")

    web.answers["/list.txt"] = answer
    assert [fetch().error, fetch().error] == ["", ""]


def test_a_wait_of_thousands_of_digits_is_none(
    web: Web, subscribed: Subscription, fetch: Callable[..., Subscription]
):
    web.says(503, Retry_After="9" * 5000)
    assert fetch().error == "The server answers 503 instead of a list."


@pytest.mark.parametrize(
    "to", ["https://" + "a" * 64 + ".example/", "https://a..b/", "https://xn--a/", "http://["]
)
def test_a_redirect_to_nonsense_is_the_lists_fault(
    web: Web, subscribed: Subscription, fetch: Callable[..., Subscription], settings: Any, to: str
):
    settings.LIST_HOSTS = [web.origin, "*"]
    web.says(302, Location=to)
    error = fetch().error
    assert error and "fault of RealTube" not in error


def test_a_packed_list_may_not_unpack_to_more_than_a_list_may_have(
    web: Web, subscribed: Subscription, fetch: Callable[..., Subscription]
):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        info = tarfile.TarInfo("channels.csv")
        info.size = 65 * 1024**2
        tar.addfile(info, io.BytesIO(b"@slop\n" + b"a" * info.size))
    web.gives(packed.getvalue())
    assert "unpacks to more than any list has" in fetch().error
    assert not Listing.objects.exists()


def test_a_shrink_that_was_accepted_is_not_kept_for_a_later_list(
    web: Web, subscribed: Subscription, fetch: Callable[..., Subscription]
):
    whole = b"".join(b"@slop%d\n" % n for n in range(100))
    web.gives(whole)
    fetch()
    web.says(503)
    fetch(accept_shrink=True)
    assert not Subscription.objects.get().accept_shrink
    service.fetch_soon("list", accept_shrink=True)
    web.gives(b"@slop1\n", path="/list.txt?other")
    service.subscribe(url=web.url + "?other", source="list", level="block", every_s=900)
    assert service.fetch_due() == 1
    assert Listing.objects.filter(removed_at=None).count() == 100
