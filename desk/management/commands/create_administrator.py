"""`manage.py create_administrator NAME`: the first administrator; others are made at the desk."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from desk.roles import ADMINISTRATOR


class Command(BaseCommand):
    """Asks for a password, or reads one line from standard input."""

    help = "Create an administrator of the moderators' desk."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The name."""
        parser.add_argument("name")

    @transaction.atomic
    def handle(self, *args: Any, name: str, **options: Any) -> None:
        """Create the account."""
        # As the sign-in form reads it: a name that it would change can never sign in.
        name = User.normalize_username(name)
        user = User(username=name, is_staff=True)
        try:
            user.clean_fields(exclude=["password"])
            user.validate_unique()
            password = self._password()
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        user.set_password(password)
        user.save()
        user.groups.add(Group.objects.get(name=ADMINISTRATOR))
        self.stdout.write(
            f"{name} is an administrator. Sign in at /admin/: you will be asked to set up an "
            "authenticator app first."
        )

    def _password(self) -> str:
        if not sys.stdin.isatty():
            return sys.stdin.readline().rstrip("\n")
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Again: "):
            raise CommandError("The two are not the same.")
        return password
