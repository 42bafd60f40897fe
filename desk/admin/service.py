"""The service: its brakes, the extension's selectors, and who has an account."""

from __future__ import annotations

import json
from typing import Any

import allauth.account.admin
import allauth.mfa.admin  # noqa: F401 - both register what is taken out below
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from desk.admin.base import ReadOnlyAdmin
from desk.paging import CappedPaginator
from sync.models import ClientSelectors
from votes import brakes
from votes.models import Brake


class BrakeForm(forms.ModelForm):  # type: ignore[type-arg]
    """The brakes, and why they are changed."""

    reason = forms.CharField(widget=forms.Textarea, help_text="Kept in the log of decisions.")

    class Meta:
        model = Brake
        fields = brakes.NAMES


@admin.register(Brake)
class BrakeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The one row of brakes; saving it is a decision."""

    form = BrakeForm
    paginator = CappedPaginator
    show_full_result_count = False
    list_display = ("__str__", *brakes.NAMES)
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """While there is no row, which only the brakes' own pages need to look for."""
        match = request.resolver_match
        asks = match is not None and match.view_name.startswith("admin:votes_brake")
        return request.user.has_perm("desk.set_brakes") and not (asks and Brake.objects.exists())

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """For administrators."""
        return request.user.has_perm("desk.set_brakes")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: a brake is released by setting it."""
        return False

    def save_model(self, request: HttpRequest, obj: Brake, form: Any, change: bool) -> None:
        """Through the service, with only what this form has changed."""
        brakes.set_brakes(
            actor=request.user.get_username(),
            reason=form.cleaned_data["reason"],
            changes={
                name: form.cleaned_data[name] for name in form.changed_data if name in brakes.NAMES
            },
        )


class _Indented(json.JSONEncoder):
    """JSON for people."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"indent": 2})


class ClientSelectorsForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new version, beginning with the one that is served."""

    content = forms.JSONField(
        encoder=_Indented,
        widget=forms.Textarea(attrs={"rows": 40, "cols": 100, "spellcheck": "false"}),
        help_text="The whole file. The version must be above that of the last one.",
    )

    class Meta:
        model = ClientSelectors
        fields = ("content", "reason")


@admin.register(ClientSelectors)
class ClientSelectorsAdmin(ReadOnlyAdmin):
    """Versions of the selectors; new ones are added, none is changed."""

    form = ClientSelectorsForm
    list_display = ("__str__", "created_at", "author", "reason")
    readonly_fields = ("author", "created_at", "stored")
    ordering = ("-pk",)

    def get_fields(self, request: HttpRequest, obj: ClientSelectors | None = None) -> Any:
        """Author and time are shown, but not entered: they are set when it is saved."""
        return ["stored", "reason", "author", "created_at"] if obj else ["content", "reason"]

    @admin.display(description="content")
    def stored(self, obj: ClientSelectors) -> str:
        """The whole file, as it is entered."""
        return format_html("<pre>{}</pre>", json.dumps(obj.content, cls=_Indented))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Users with the permission."""
        return admin.ModelAdmin.has_add_permission(self, request)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What is served now, as the next version."""
        served = ClientSelectors.objects.current()
        return {"content": served | {"version": served["version"] + 1}}

    def save_model(
        self, request: HttpRequest, obj: ClientSelectors, form: Any, change: bool
    ) -> None:
        """With the name of who entered it."""
        obj.author = request.user.get_username()
        super().save_model(request, obj, form, change)


class StaffForm(UserChangeForm):  # type: ignore[type-arg]
    """An account of the desk: its roles, and whether it may sign in; the password stays hidden."""

    class Meta:
        model = User
        fields = ("username", "is_active", "groups")


# Groups are what `roles` says; addresses are not used; secrets are nobody else's business.
admin.site.unregister([User, Group, EmailAddress, Authenticator])


@admin.register(User)
class StaffAdmin(UserAdmin):  # type: ignore[type-arg]
    """Staff accounts, made by administrators; nobody makes somebody more than that here."""

    form = StaffForm
    fieldsets = ((None, {"fields": ("username", "password", "is_active", "groups")}),)
    list_display = ("username", "roles", "is_active", "last_login")
    list_filter = ("is_active", "groups")
    filter_horizontal = ()
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = ("reset_second_factor",)

    @admin.display(description="roles")
    def roles(self, user: User) -> str:
        """The names of the user's roles."""
        return ", ".join(sorted(group.name for group in user.groups.all())) or "-"

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Users with their groups; administrators are shown to administrators only."""
        found: QuerySet[User] = super().get_queryset(request).prefetch_related("groups")
        return found if request.user.is_superuser else found.filter(is_superuser=False)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: the log names them. An account is made inactive."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save, as staff: every account here is one."""
        obj.is_staff = True
        super().save_model(request, obj, form, change)

    @admin.action(description="Reset the second factor (lost phone)", permissions=["change"])
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Let them set up a new one at their next sign-in; what they have open ends."""
        for user in queryset:
            Authenticator.objects.filter(user=user).delete()
            self.log_change(request, user, "Second factor reset")
        messages.success(request, "They will be asked to set up a new one.")
