"""Lists of channels: what may become of what they say, and those that a worker fetches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timesince import timesince

from channels.models import Listing, ListSource, Subscription
from channels.subscriptions import fetching, service, sources
from desk.admin.base import ReadOnlyAdmin

_EVERY = [
    (hours * 3600, label)
    for hours, label in ((1, "an hour"), (6, "6 hours"), (24, "a day"), (168, "a week"))
]


@admin.register(ListSource)
class ListSourceAdmin(ReadOnlyAdmin):
    """Every list that was imported or subscribed to, its licence and its use."""

    list_display = ("name", "stated", "use", "imported_at")
    list_filter = ("use",)
    ordering = ("name",)
    fields = ("name", "licence", "use", "imported_at")
    readonly_fields = ("name", "imported_at")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """For administrators: licence and use are answered for by whoever runs the site."""
        return admin.ModelAdmin.has_change_permission(self, request, obj)

    def save_model(self, request: HttpRequest, obj: ListSource, form: Any, change: bool) -> None:
        """Through the service, which has the list's channels looked at again."""
        sources.state(obj.name, licence=obj.licence, use=obj.use)


class SubscriptionForm(forms.ModelForm):  # type: ignore[type-arg]
    """Where a list is, and what is to become of it."""

    every_s = forms.TypedChoiceField(
        label="every", coerce=int, choices=_EVERY, initial=_EVERY[1][0]
    )
    level = forms.ChoiceField(choices=[(it.value, it.label) for it in Listing.LISTED])
    use = forms.ChoiceField(
        required=False,
        choices=[("", "As was said of it before"), *ListSource.Use.choices[1:]],
        help_text="Its licence decides. Without an answer a new list is passed on, unless its"
        " licence forbids that by its name.",
    )

    class Meta:
        model = Subscription
        fields = ("url", "source", "level", "every_s", "licence")

    def clean_url(self) -> str:
        """An address that may be asked. Raises `ValidationError`."""
        try:
            return str(fetching.check(self.cleaned_data["url"]))
        except fetching.NotFetched as error:
            raise ValidationError(str(error)) from error


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    """Lists by URL: how fetching them goes, and what to do about it."""

    form = SubscriptionForm
    list_display = ("source", "url", "standing", "age", "next_at", "error")
    list_filter = ("state", "paused")
    ordering = ("source",)
    actions = ("fetch_now", "pause", "accept_shrink", "end")

    def get_fields(self, request: HttpRequest, obj: Subscription | None = None) -> Any:
        """What is entered; of one that is there all."""
        if obj is None:
            return (*SubscriptionForm.Meta.fields, "use")
        shown = ("standing", "error", "age", "fetched_at", "changed_at", "next_at", "failures")
        return (*SubscriptionForm.Meta.fields, *shown)

    def get_readonly_fields(self, request: HttpRequest, obj: Subscription | None = None) -> Any:
        """Nothing is changed here: end it, and subscribe anew."""
        return self.get_fields(request, obj) if obj else ()

    @admin.display(description="state")
    def standing(self, it: Subscription) -> str:
        """In words."""
        return "paused" if it.paused else it.get_state_display()

    @admin.display(description="age", empty_value="never fetched")
    def age(self, it: Subscription) -> str | None:
        """Since when what we have is what is there."""
        return timesince(it.fetched_at) if it.fetched_at else None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """For administrators."""
        return admin.ModelAdmin.has_add_permission(self, request)

    def has_steer_permission(self, request: HttpRequest) -> bool:
        """Who may subscribe may also end it."""
        return self.has_add_permission(request)

    def save_model(self, request: HttpRequest, obj: Subscription, form: Any, change: bool) -> None:
        """Through the service; a worker fetches it within a minute."""
        data = form.cleaned_data
        made = service.subscribe(
            url=data["url"],
            source=data["source"],
            level=data["level"],
            every_s=data["every_s"],
            licence=data["licence"],
            use=data["use"],
        )
        obj.pk = made.pk

    @admin.action(description="Fetch now; ends a pause", permissions=["steer"])
    def fetch_now(self, request: HttpRequest, queryset: QuerySet[Subscription]) -> None:
        """Due at once."""
        self._each(request, queryset, service.fetch_soon, "Fetched within a minute")

    @admin.action(description="Pause", permissions=["steer"])
    def pause(self, request: HttpRequest, queryset: QuerySet[Subscription]) -> None:
        """Not fetched until somebody says so."""
        self._each(request, queryset, service.pause, "Paused; its channels stay listed")

    @admin.action(description="Accept that it has shrunk", permissions=["steer"])
    def accept_shrink(self, request: HttpRequest, queryset: QuerySet[Subscription]) -> None:
        """Fetched at once, and what it has no longer is closed."""

        def accept(source: str) -> bool:
            return service.fetch_soon(source, accept_shrink=True)

        self._each(request, queryset, accept, "What it has no longer is closed within a minute")

    @admin.action(description="End the subscription", permissions=["steer"])
    def end(self, request: HttpRequest, queryset: QuerySet[Subscription]) -> None:
        """Forgotten, but not what the list said."""
        self._each(request, queryset, service.end, "Ended; its channels stay listed")

    def _each(
        self,
        request: HttpRequest,
        queryset: QuerySet[Subscription],
        act: Callable[[str], bool],
        done: str,
    ) -> None:
        for it in queryset:
            self.log_change(request, it, done)
            act(it.source)
            messages.success(request, f"{it.source}: {done}.")
