"""What the forms need that other apps' pages include."""

from __future__ import annotations

from django import template
from django.conf import settings

from following import push, reaching

register = template.Library()


@register.simple_tag
def follow_ways() -> frozenset[str]:
    """By which ways this site tells followers."""
    return reaching.ways()


@register.simple_tag
def push_key() -> str:
    """The public key that a browser follows by."""
    return push.public_key(settings.PUSH_KEY)
