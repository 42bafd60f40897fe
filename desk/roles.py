"""Who may do what: three roles, as groups that `migrate` makes (docs/moderation.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.apps import apps as installed
from django.contrib.auth import get_user_model

from votes.models import Action
from votes.moderation.actions import RULES, Power

VIEWER, MODERATOR, ADMINISTRATOR = "viewer", "moderator", "administrator"
POWERS: Mapping[str, frozenset[Power]] = {
    VIEWER: frozenset(),
    MODERATOR: frozenset(Power) - {Power.PROMOTE_VOTERS, Power.SET_BRAKES},
    ADMINISTRATOR: frozenset(Power),
}
_SEEN = {
    "votes": (
        *("voter", "case", "decision", "cluster", "voterwarning", "brake"),
        *("juror", "golditem", "panel", "draw", "sample", "jurorpair", "note"),
    ),
    "videos": ("video",),
    "channels": ("channel", "listing", "listsource", "subscription"),
    "sync": ("clientselectors",),
    "desk": ("batch",),
}
_STAFF = ("view_user", "add_user", "change_user", "view_group")


def may(user: Any, action: str) -> bool:
    """Whether the user's role lets them decide this."""
    return bool(user.has_perm(f"desk.{RULES[action].power.value}"))


def moderators() -> int:
    """How many accounts may decide about videos."""
    of_role: Any = get_user_model().objects.with_perm(f"desk.{Power.DECIDE_VIDEOS.value}")  # type: ignore[attr-defined]
    return int(of_role.filter(is_staff=True).count())


def may_clear(user: Any) -> bool:
    """Whether the user's role lets them clear a channel with all its videos."""
    return (
        may(user, Action.CLEAR_CHANNEL)
        and may(user, Action.LOCK_HUMAN)
        and bool(user.has_perm(f"desk.{Power.RUN_BATCHES.value}"))
    )


def install(apps: Any) -> None:
    """Make the three groups and give them what this module says, no more and no less."""
    group_model = apps.get_model("auth", "Group")
    views = [
        _permission(apps, app, model, f"view_{model}")
        for app, models_ in _SEEN.items()
        for model in models_
    ]
    powers = {
        power: _permission(apps, "desk", "batch", power.value, power.label) for power in Power
    }
    staff = [_permission(apps, "auth", name.split("_")[1], name) for name in _STAFF]
    staff.append(_permission(apps, "sync", "clientselectors", "add_clientselectors"))
    staff.append(_permission(apps, "channels", "listsource", "change_listsource"))
    staff.append(_permission(apps, "channels", "subscription", "add_subscription"))
    for role, given in POWERS.items():
        group, _ = group_model.objects.get_or_create(name=role)
        group.permissions.set(
            [
                *views,
                *(powers[power] for power in sorted(given)),
                *(staff if role == ADMINISTRATOR else []),
            ]
        )


def install_after_migrate(**kwargs: Any) -> None:
    """See `install`; also after tests have emptied the database."""
    install(installed)


def _permission(apps: Any, app: str, model: str, codename: str, name: str = "") -> Any:
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app, model=model
    )
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type,
        codename=codename,
        defaults={"name": name or f"Can {codename.replace('_', ' ')}"},
    )
    return permission
