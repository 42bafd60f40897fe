"""What somebody fills in who wants to follow."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common import youtube
from following import reaching
from following.models import Follower, Way
from post import outbox, posting

TARGET_MAX = 500


class FollowForm(forms.Form):
    """By `mail` or `webhook`, to an `address`; `target` becomes what it is about.

    A webhook without a target is for everything that is flagged.
    """

    way = forms.ChoiceField(choices=[(Way.MAIL, Way.MAIL), (Way.WEBHOOK, Way.WEBHOOK)])
    target = forms.CharField(max_length=TARGET_MAX, required=False)
    address = forms.CharField(max_length=max(outbox.ADDRESS_MAX, posting.URL_MAX))

    def clean_way(self) -> str:
        """One that this site offers."""
        way = str(self.cleaned_data["way"])
        if way not in reaching.ways():
            raise ValidationError(_("This site does not offer that."))
        return way

    def clean_target(self) -> tuple[str, str]:
        """A kind and a key."""
        given = self.cleaned_data["target"]
        if not given and self.data.get("way") == Way.WEBHOOK:
            return (Follower.Of.ALL, "")
        # As pages have it: there it is known which of both a word is.
        wanted = self.data.get("kind")
        target = youtube.parse(given, wanted if wanted in ("video", "channel") else None)
        if target is None:
            raise ValidationError(_("This is not the address of a YouTube video or channel."))
        return target

    def clean(self) -> dict[str, Any]:
        """The address has the form that its way wants."""
        cleaned: dict[str, Any] = super().clean() or {}
        given = cleaned.get("address")
        try:
            if given and cleaned.get("way") == Way.MAIL:
                cleaned["address"] = outbox.address(given)
            elif given and cleaned.get("way") == Way.WEBHOOK:
                posting.check(given, allowed=settings.FOLLOW_ORIGINS)
        except ValidationError:
            self.add_error("address", _("This is no e-mail address."))
        except posting.NotSent:
            self.add_error("address", _("A webhook has an https address on port 443."))
        return cleaned
