"""A site that sends its mail through a real server."""

import pytest

from tests.post import smtp

KEY = "test-mail-key-" + "9" * 32


def switch_on(settings, port):
    """Have mail sent to a server on this machine."""
    settings.MAIL, settings.MAIL_KEY = "smtp", KEY
    settings.ORIGIN = "https://realtube.example"
    settings.DEFAULT_FROM_EMAIL = "RealTube <appeals@realtube.example>"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False


@pytest.fixture
def inbox(settings, tmp_path):
    """What arrives at the mail server."""
    with smtp.server(tmp_path / "inbox") as found:
        switch_on(settings, found.port)
        yield found
