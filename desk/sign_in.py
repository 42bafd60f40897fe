"""The form of the sign-in page."""

from __future__ import annotations

from allauth.account.forms import LoginForm
from django.contrib.auth.models import User


class SignInForm(LoginForm):
    """Reads a name as `create_administrator` and the desk store it."""

    def clean_login(self) -> str:
        """The name in normal form: the same letters can be typed in several."""
        return str(User.normalize_username(super().clean_login()))
