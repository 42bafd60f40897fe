"""Who may do what: every role by every action."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, Group, User

from desk import roles
from tests.conftest import staff
from votes.models import Action
from votes.moderation.actions import offered

VIDEO = {a.value for a in offered("video")}
CHANNEL = {a.value for a in offered("channel")}
TIE = {"confirm_tie", "reject_tie", "reopen_tie"}
CLUSTER = {"confirm_cluster", "dissolve_cluster", "reopen_cluster"}
RESTRAIN = {"shadowban", "unban", "warn", "withdraw_warning", "pause_juror", "resume_juror"}
# Decisions of older releases, which nothing offers any more.
OLD = {"confirm_claims", "question_claims"}
NOTES = {"hide_note", "show_note"}
CASES = {"dismiss_case", "reject_appeal", "reopen_case"}
MAY = {
    "viewer": set(),
    "moderator": VIDEO | CHANNEL | TIE | CLUSTER | RESTRAIN | NOTES | CASES | OLD,
    "administrator": set(Action.values),
}

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", MAY)
@pytest.mark.parametrize("action", Action.values)
def test_a_role_decides_exactly_what_the_matrix_says(role, action):
    assert roles.may(staff(role), action) == (action in MAY[role])


@pytest.mark.parametrize("role", MAY)
def test_every_role_sees_everything_and_edits_nothing_by_hand(role):
    permissions = {p.partition(".")[2] for p in staff(role).get_all_permissions()}
    assert {"view_video", "view_channel", "view_voter", "view_case", "view_decision"} <= permissions
    edits = {p for p in permissions if p.startswith(("add_", "change_", "delete_"))}
    given = {"add_user", "change_user", "add_clientselectors"}
    given |= {"change_listsource", "add_subscription"}
    assert edits == (given if role == "administrator" else set())


def test_an_account_without_a_role_reads_that_it_has_none(client):
    user = staff("viewer")
    user.groups.clear()
    client.force_login(user)
    answer = client.get("/admin/")
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "this account has no role" in text and "Nothing is waiting" not in text
    user.groups.set(Group.objects.filter(name="viewer"))
    assert client.get("/admin/").status_code == 200


def test_nobody_else_may_do_anything():
    assert not any(roles.may(AnonymousUser(), action) for action in Action.values)
    plain = User.objects.create_user("plain", is_staff=True)
    assert not any(roles.may(plain, action) for action in Action.values)


def test_migrating_again_takes_away_what_was_added_by_hand():
    viewer = Group.objects.get(name="viewer")
    viewer.permissions.add(*Group.objects.get(name="administrator").permissions.all())
    roles.install(apps)
    assert not viewer.permissions.filter(codename="set_brakes").exists()
