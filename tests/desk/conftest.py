"""Staff of each role, signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client


def member(role: str, name: str = "") -> User:
    """Somebody of this role."""
    user = User.objects.create_user(name or role, password="correct horse battery", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def desk() -> Callable[..., Client]:
    """The desk as somebody of a role sees it."""

    def sign_in(role: str = "moderator", name: str = "") -> Any:
        client = Client()
        client.force_login(member(role, name))
        return client

    return sign_in
