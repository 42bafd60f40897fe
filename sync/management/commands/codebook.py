"""`manage.py codebook`: docs/codebook.md, from the columns of the export."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from sync.export.codebook import page
from sync.export.tables import TABLES


class Command(BaseCommand):
    """Write the codebook."""

    help = "Write the codebook of the public export, as docs/codebook.md has it."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """To standard output."""
        self.stdout.write(page(TABLES), ending="")
