"""`manage.py lists`: the lists there are, how fetching them went, and what is to become of one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count
from django.utils import timezone
from django.utils.timesince import timesince

from channels.management.options import USES, text_of, use_of
from channels.models import LICENCE_MAX, SOURCE_MAX, Listing, ListSource, Subscription
from channels.subscriptions import service, sources


class Command(BaseCommand):
    """Show the lists; with `--source`, do something about one of them first."""

    help = "Show imported and subscribed lists, or change what becomes of one (docs/lists.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--source", help="The name of the list that the others are about.")
        parser.add_argument("--use", choices=USES, help="Where what it says may go.")
        parser.add_argument("--licence", help="The licence of the list.")
        about = parser.add_mutually_exclusive_group()
        about.add_argument("--fetch", action="store_true", help="Fetch it now; ends a pause.")
        about.add_argument("--pause", action="store_true", help="Fetch it no more until --fetch.")
        about.add_argument(
            "--accept-shrink",
            action="store_true",
            help="Fetch it now, and close what it has no longer, even if it looks cut off.",
        )
        about.add_argument("--end", action="store_true", help="End its subscription.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what is asked, then show all. Raises `CommandError` for a list that is not there."""
        asked = [name for name in ("fetch", "pause", "accept_shrink", "end") if options[name]]
        if options["source"] is None and (asked or options["use"] or options["licence"]):
            raise CommandError("Say which list with --source.")
        if options["source"] is not None:
            source = text_of(options, "source", longest=SOURCE_MAX)
            if not ListSource.objects.filter(name=source).exists():
                raise CommandError("There is no list of this name.")
            licence = text_of(options, "licence", longest=LICENCE_MAX, needed=False)
            sources.state(source, licence=licence, use=use_of(options))
            if asked and not _done(source, asked[0]):
                raise CommandError("There is no subscription to this list.")
        for line in _shown():
            self.stdout.write(line)


def _done(source: str, asked: str) -> bool:
    if asked == "end":
        return service.end(source)
    if asked == "pause":
        return service.pause(source)
    return service.fetch_soon(source, accept_shrink=asked == "accept_shrink")


def _shown() -> list[str]:
    """A paragraph for each list."""
    is_open = Listing.objects.filter(removed_at=None).values("source")
    counts = {row["source"]: row["n"] for row in is_open.annotate(n=Count("id")).order_by()}
    subscribed = {it.source: it for it in Subscription.objects.all()}
    lines = []
    for found in ListSource.objects.order_by("name"):
        lines.append(f"{found.name}: {counts.get(found.name, 0)} channels")
        lines.append(f"  licence {found.stated}; {found.get_use_display()}")
        if it := subscribed.get(found.name):
            lines += [f"  {line}" for line in _subscription(it)]
    return lines or ["There are no lists."]


def _subscription(it: Subscription) -> list[str]:
    now = timezone.now()
    age = f"fetched {timesince(it.fetched_at, now)} ago" if it.fetched_at else "never fetched"
    state = "paused" if it.paused else it.get_state_display()
    lines = [f"{it.url} as {it.level}, every {it.every_s // 60} minutes", f"{state}; {age}"]
    return [*lines, it.error] if it.error else lines
