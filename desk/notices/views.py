"""The page on which moderators say what they want to hear of, and where."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from desk.models import Notice, NoticeChoice
from desk.notices import digests, gathering, webhooks
from post import outbox, posting
from post.sealing import seal, unseal
from votes.models import Case

HOURS_MAX = 720
KEY_MIN = 32
SHOWN = 10


class NoticeForm(forms.Form):
    """A moderator's choice; what is stored and secret is kept where a field is left empty."""

    form = forms.ChoiceField(label="Post", choices=NoticeChoice.Form.choices)
    url = forms.CharField(
        label="To the webhook",
        required=False,
        max_length=posting.URL_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="The address that Slack or Discord gives you, or that of your server. Of a room "
        "of Matrix: https://SERVER/_matrix/client/v3/rooms/ROOM/send/m.room.message",
    )
    secret = forms.CharField(
        label="Secret",
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="The access token of Matrix. A Standard Webhook gets a key of its own.",
    )
    tell_new = forms.BooleanField(label="Of new cases", required=False)
    older_than_h = forms.IntegerField(
        label="Of cases that wait for more hours than",
        required=False,
        min_value=1,
        max_value=HOURS_MAX,
        help_text="Empty: not of those.",
    )
    kinds = forms.MultipleChoiceField(
        label="Only of these kinds",
        required=False,
        choices=[(kind.value, kind.label.capitalize()) for kind in Case.Kind],
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: of all.",
    )
    digest = forms.ChoiceField(label="Mail what waits", choices=NoticeChoice.Digest.choices)
    address = forms.CharField(
        label="To this address",
        required=False,
        max_length=outbox.ADDRESS_MAX,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, choice: NoticeChoice, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.choice = choice
        if not outbox.is_on():
            del self.fields["digest"], self.fields["address"]

    def clean_address(self) -> str:
        """One address, or none."""
        given = str(self.cleaned_data["address"])
        return outbox.address(given) if given else ""

    def clean_url(self) -> str:
        """One that may be posted to, or none."""
        given = str(self.cleaned_data["url"]).strip()
        try:
            if given:
                webhooks.check(given)
        except posting.NotSent as error:
            raise forms.ValidationError(str(error)) from None
        return given

    def clean(self) -> dict[str, Any]:
        """What is wanted has to have somewhere to go."""
        cleaned: dict[str, Any] = super().clean() or {}
        posts = cleaned.get("form") not in (None, NoticeChoice.Form.NONE)
        if posts and not cleaned.get("url") and not self.choice.sealed_url:
            self.add_error("url", "Enter the address of the webhook.")
        is_matrix = cleaned.get("form") == NoticeChoice.Form.MATRIX
        # Nobody who sits at an unlocked desk has the token sent to a server of their own.
        elsewhere = urlsplit(cleaned.get("url") or "").hostname not in (None, _host(self.choice))
        has_secret = self.choice.sealed_secret and not elsewhere
        if is_matrix and not cleaned.get("secret") and not has_secret:
            self.add_error("secret", "Enter the access token.")
        if not webhooks.is_secret(cleaned.get("form", ""), cleaned.get("secret") or ""):
            self.add_error("secret", "This is no key and no token.")
        mails = cleaned.get("digest") not in (None, NoticeChoice.Digest.NEVER)
        if mails and not cleaned.get("address") and not self.choice.sealed_address:
            self.add_error("address", "Enter an address.")
        return cleaned


def notices(request: HttpRequest) -> HttpResponse:
    """Show and change one's own choice; `test` sends a notice at once, `forget` deletes it all."""
    user = request.user
    if not isinstance(user, User) or not user.has_perm("votes.view_case"):
        raise PermissionDenied
    choice = NoticeChoice.objects.filter(pk=user.pk).first() or NoticeChoice(user=user)
    if request.method == "POST" and "forget" in request.POST:
        NoticeChoice.objects.filter(pk=user.pk).delete()
        messages.success(request, "Forgotten: you get no notices.")
        return redirect("admin:desk_notices")
    form, status = NoticeForm(initial=_initial(choice), choice=choice), 200
    if request.method == "POST" and _is_possible():
        form = NoticeForm(request.POST, choice=choice)
        status = 400
        if form.is_valid():
            _store(choice, form.cleaned_data)
            if "test" in request.POST and choice.form != NoticeChoice.Form.NONE:
                Notice.objects.create(choice=choice)
                messages.success(request, "Saved. A test is on its way, within a minute.")
            else:
                messages.success(request, "Saved.")
            return redirect("admin:desk_notices")
    context = {
        **admin.site.each_context(request),
        "title": "Your notices",
        "form": form,
        "is_possible": _is_possible(),
        "choice": choice,
        "host": _host(choice),
        "key": _key(choice),
        "address_kept": bool(choice.sealed_address),
        "log": Notice.objects.filter(choice_id=user.pk).order_by("-pk")[:SHOWN],
    }
    return TemplateResponse(request, "desk/notices.html", context, status=status)


def _is_possible() -> bool:
    """Whether this site can keep addresses, and knows its own."""
    return len(settings.MAIL_KEY) >= KEY_MIN and bool(settings.ORIGIN)


def _initial(choice: NoticeChoice) -> dict[str, Any]:
    names = ("form", "tell_new", "older_than_h", "kinds", "digest")
    return {name: getattr(choice, name) for name in names}


def _store(choice: NoticeChoice, filled: dict[str, Any]) -> None:
    was_off = choice.form == NoticeChoice.Form.NONE
    had = choice.older_than_h, choice.tell_new
    for name in ("form", "tell_new", "older_than_h", "kinds"):
        setattr(choice, name, filled[name])
    if filled["url"]:
        choice.sealed_url = seal(filled["url"])
    if filled["secret"]:
        choice.sealed_secret = seal(filled["secret"])
    if choice.form == NoticeChoice.Form.STANDARD and not _key(choice):
        choice.sealed_secret = seal(posting.new_secret())
    if was_off or had != (choice.older_than_h, choice.tell_new):
        gathering.begin(choice)
    if "digest" in filled:
        if filled["address"]:
            choice.sealed_address = seal(filled["address"])
        choice.digest = filled["digest"]
        choice.digest_at = digests.following(choice.digest, timezone.now())
    choice.save()


def _key(choice: NoticeChoice) -> str:
    """The key by which a receiver checks signatures; empty where there is none."""
    secret = unseal(choice.sealed_secret) or ""
    is_key = choice.form == NoticeChoice.Form.STANDARD and secret.startswith(posting.KEY_PREFIX)
    return secret if is_key else ""


def _host(choice: NoticeChoice) -> str:
    """The host that notices go to: the rest of the address is a secret."""
    url = unseal(choice.sealed_url)
    return (urlsplit(url).hostname or "") if url else ""
