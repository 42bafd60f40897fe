"""An authenticator app, as a moderator has on the phone."""

from __future__ import annotations

import time

from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value


def code_of(secret: str, ahead: int = 0) -> str:
    """What the app shows now, or that many periods later.

    The server takes the codes of the periods beside its own too, so that one which is typed
    when the period turns is still good.
    """
    counter = int(time.time()) // app_settings.TOTP_PERIOD
    return format_hotp_value(hotp_value(secret, counter + ahead))
