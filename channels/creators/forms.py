"""What a creator fills in: an appeal, an address, an answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from channels import appeals
from channels.creators import questions
from channels.creators.advice import advice
from common import ids, youtube
from post import outbox

TARGET_MAX = 500


class Text(forms.CharField):
    """Text in its plain form."""

    def to_python(self, value: Any) -> str:
        """Without what hides or reorders text. Raises `ValidationError` for half a character."""
        text = ids.plain_text(super().to_python(value) or "")
        if text is None:
            raise forms.ValidationError(_("This is not text."))
        return text


class Address(forms.CharField):
    """An address that mail can be sent to."""

    widget = forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"})

    def clean(self, value: Any) -> str:
        """Trimmed. Raises `ValidationError` for anything that is not one address."""
        given = str(super().clean(value))
        return outbox.address(given) if given else ""


class AppealForm(forms.Form):
    """What an appeal says; `target` becomes what it is about."""

    target = Text(
        label=_("Which video or channel?"),
        max_length=TARGET_MAX,
        help_text=_("Its address on YouTube, or the channel's @handle."),
        error_messages={"required": _("Tell us which video or channel this is about.")},
    )
    reason = Text(
        label=_("What should we look at again?"),
        max_length=appeals.REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=format_lazy(
            _(
                "How it was made, and where that can be seen: recordings, drafts, a voice people "
                "know. At most {most} characters; moderators alone read it."
            ),
            most=appeals.REASON_MAX,
        ),
        error_messages={"required": _("Tell the moderators why.")},
    )
    contact = Text(
        label=_("How can we reach you? (optional)"),
        max_length=appeals.CONTACT_MAX,
        required=False,
        help_text=_(
            "Only for questions. Deleted 30 days after the decision. This site sends no mail: what "
            "becomes of the appeal is on its page."
        ),
    )
    email = Address(
        label=_("Your e-mail address (optional)"),
        max_length=outbox.ADDRESS_MAX,
        required=False,
        help_text=_(
            "For questions and the outcome, nothing else. You get a link to confirm it; moderators "
            "do not see it, and it is deleted 30 days after the decision."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        # Whoever wants to be reached says so in one place.
        del self.fields["contact" if outbox.is_on() else "email"]

    def clean_target(self) -> youtube.Target:
        """The kind and the key of what was pasted."""
        text = self.cleaned_data["target"]
        target = youtube.parse(text)
        if target is None:
            raise forms.ValidationError(advice(text))
        return target


class AddressForm(forms.Form):
    """Where to write."""

    email = Address(
        label=_("Your e-mail address"),
        max_length=outbox.ADDRESS_MAX,
        help_text=_(
            "For questions and the outcome, nothing else. Moderators do not see it, and it is "
            "deleted 30 days after the decision."
        ),
        error_messages={"required": _("Enter an address.")},
    )


class AnswerForm(forms.Form):
    """What a creator answers."""

    answer = Text(
        label=_("Your answer"),
        max_length=questions.TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Moderators alone read it."),
        error_messages={"required": _("Write an answer.")},
    )
