"""A site that tells followers: real receivers of webhooks and push, a real mail server."""

import pytest

from tests.following.receivers import Receiver
from tests.post import smtp
from tests.post.conftest import switch_on


@pytest.fixture(autouse=True)
def site(settings):
    settings.MAIL_KEY = "test-mail-key-" + "9" * 32
    settings.ORIGIN = "https://realtube.example"
    settings.PUSH_KEY = bytes.fromhex("5" * 64)
    settings.LIMITS = settings.LIMITS | {"follow": 1000, "follow_host": 1000}


@pytest.fixture
def receiver(settings):
    """Takes webhooks and push, and is allowed to lie on this machine."""
    with Receiver() as found:
        settings.FOLLOW_ORIGINS = [found.origin]
        yield found


@pytest.fixture(scope="module")
def mail_server(tmp_path_factory):
    with smtp.server(tmp_path_factory.mktemp("mail") / "inbox") as found:
        yield found


@pytest.fixture
def inbox(settings, mail_server):
    """What arrives at the mail server."""
    switch_on(settings, mail_server.port)
    for mail in (mail_server.folder / "new").glob("*"):
        mail.unlink()
    return mail_server
