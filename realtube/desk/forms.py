"""What a moderator fills in: an action and why."""

from __future__ import annotations

from typing import Any

from django import forms

from realtube.desk.services import REASON_MAX
from votes.models import Action
from votes.services import ANSWER_MAX

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


class ReasonForm(forms.Form):
    """Why: a usual reason, free text, or both."""

    template = forms.ChoiceField(
        label="Usual reason",
        required=False,
        choices=[("", "Choose, or write below"), *((reason, reason) for reason in REASONS)],
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


class DecisionForm(ReasonForm):
    """A decision about one target; `actions` are those that are allowed."""

    answer = forms.CharField(
        label="Answer to those who appealed",
        required=False,
        max_length=ANSWER_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="They alone read it, on the page of their appeal.",
    )
    action = forms.ChoiceField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, actions: list[Action], appeal: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["action"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [(action.value, action.label) for action in actions]
        if not appeal:
            del self.fields["answer"]
