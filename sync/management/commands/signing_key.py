"""`manage.py signing_key`: the public key that clients know this server by."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sync.signed.statement import signing_keys


class Command(BaseCommand):
    """Print the public keys of this server, the one in use first."""

    help = "Print the public key of what this server signs, as clients and minisign -P take it."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run. Raises `CommandError` where there is no key."""
        keys = signing_keys()
        if not keys:
            raise CommandError(
                "Nothing is signed: REALTUBE_SIGNING_KEY is not set (docs/operations.md#keys)."
            )
        for key in keys:
            self.stdout.write(key.public)
