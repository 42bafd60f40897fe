"""Words in templates, for what is stored."""

from django import template

from desk import words

register = template.Library()
register.filter("words", words.of)
register.filter("decided", words.decision)
register.filter("history", words.history)
