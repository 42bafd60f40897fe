"""What a moderator fills in: an action and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from channels.serializers import channel_key
from common import errors
from desk import words
from desk.clearing import Group
from desk.services import REASON_MAX
from votes.models import AI_CATEGORIES, Action
from votes.moderation.appeals import ANSWER_MAX

REASONS = (
    "Watched it: made by AI",
    "Watched it: made by people",
    "The creator showed how it was made",
    "The channel says so itself",
    "Brigading: many new accounts at once",
    "Accounts that vote together",
    "Genuine: shared in a community, not a brigade",
    "Votes on what was not watched",
    "Not enough evidence either way",
    "A mistake",
)
"""Usual reasons, to which free text may be added."""
NOTE_REASONS = (
    "Names or insults somebody",
    "Advertises something",
    "Leads somewhere harmful",
    "Is about something else",
    "A mistake",
)
"""The same of decisions about a juror's note."""


_ALSO = {
    Group.LOCKED.value: "Also what moderators locked as AI ({})",
    Group.CONTESTED.value: "Also where there are rival claims about whose it is ({})",
    Group.UNTIED.value: "Also those that voters say are of another id, too ({})",
}


_KINDS = [(category, words.of(category)) for category in AI_CATEGORIES]


def _answer() -> forms.CharField:
    return forms.CharField(
        label="Answer to those who appealed",
        required=False,
        max_length=ANSWER_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="They alone read it, on the page of their appeal.",
    )


class ReasonForm(forms.Form):
    """Why: a usual reason, free text, or both."""

    template = forms.ChoiceField(
        label="Usual reason",
        required=False,
        choices=[(reason, reason) for reason in REASONS],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept for good in the log of decisions.",
    )

    def clean(self) -> dict[str, Any]:
        """Join the two; one of them is required."""
        cleaned: dict[str, Any] = super().clean() or {}
        parts = [cleaned.get("template", ""), cleaned.get("reason", "").strip()]
        cleaned["why"] = ". ".join(filter(None, parts))
        if not cleaned["why"] and not self.errors:
            self.add_error("reason", "Say why: choose a usual reason or write one.")
        return cleaned


class ClearingForm(ReasonForm):
    """A channel that is cleared with its videos; `counts` says how many could be cleared, too."""

    answer = _answer()

    def __init__(
        self, *args: Any, counts: Mapping[str, int], appeal: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not appeal:
            del self.fields["answer"]
        for name, label in _ALSO.items():
            if counts.get(name):
                self.fields[name] = forms.BooleanField(
                    required=False, label=label.format(counts[name]), label_suffix=""
                )

    def clean(self) -> dict[str, Any]:
        """Which groups of videos are cleared, too."""
        cleaned = super().clean()
        return cleaned | {"also": [name for name in _ALSO if cleaned.get(name)]}


class BatchForm(ReasonForm):
    """A decision about many: `lock_ai` names a kind, and what is of appeals has an answer."""

    answer = _answer()
    category = forms.ChoiceField(
        label="Kind",
        required=False,
        choices=[("", "What voters say of each"), *_KINDS],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, action: str, appeal: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not appeal:
            del self.fields["answer"]
        if action != Action.LOCK_AI:
            del self.fields["category"]


class DecisionForm(ReasonForm):
    """A decision about one target; `actions` are those that are allowed, `reasons` the usual."""

    answer = _answer()
    action = forms.ChoiceField(widget=forms.HiddenInput, required=False)
    channel = forms.CharField(widget=forms.HiddenInput, required=False)
    category = forms.ChoiceField(
        label="Kind, if it is AI", required=False, choices=_KINDS, widget=forms.RadioSelect
    )

    def __init__(
        self,
        *args: Any,
        actions: list[Action],
        appeal: bool = False,
        reasons: Sequence[str] = REASONS,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        usual = self.fields["template"]
        assert isinstance(usual, forms.ChoiceField)  # noqa: S101 - for the type checker
        usual.choices = [(reason, reason) for reason in reasons]
        if Action.LOCK_AI not in actions:
            del self.fields["category"]
        field = self.fields["action"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [(action.value, action.label) for action in actions]
        if not appeal:
            del self.fields["answer"]

    def suggest(self, category: str | None) -> None:
        """Choose the kind of AI that voters name most, until somebody chooses another."""
        if "category" in self.fields:
            self.initial["category"] = category or AI_CATEGORIES[0]

    def clean_channel(self) -> str:
        """The key of a channel, if one was named."""
        given = str(self.cleaned_data["channel"])
        try:
            return given and channel_key(given, field="channel")
        except errors.InvalidField as error:
            raise forms.ValidationError(str(error)) from None

    def clean(self) -> dict[str, Any]:
        """To choose a channel is a decision, too."""
        cleaned = super().clean()
        if "channel" in self.errors:
            return cleaned
        named = cleaned.get("channel")
        if named:
            cleaned["action"] = Action.NAME_CHANNEL
        may = self.fields["action"]
        assert isinstance(may, forms.ChoiceField)  # noqa: S101 - for the type checker
        if not cleaned.get("action") or not may.valid_value(cleaned["action"]):
            self.add_error(None, "Choose what to decide.")
        return cleaned
