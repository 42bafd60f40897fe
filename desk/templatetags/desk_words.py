"""Words in templates, for what is stored, and the keys of what is chosen."""

from django import template

from desk import words
from desk.casework import keys
from votes.signs.facts import clock

register = template.Library()
register.filter("words", words.of)
register.filter("decided", words.decision)
register.filter("history", words.history)
register.filter("clock", lambda seconds: clock(int(seconds or 0)))
register.filter("decision_key", lambda action: keys.DECISIONS.get(action, ""))
register.filter("kind_key", lambda category: keys.KINDS.get(category, ""))
register.filter("words_key", lambda field: keys.FIELDS.get(field, ""))
register.filter("reason_key", lambda place: keys.REASONS[place : place + 1])
register.filter("rival_key", lambda place: keys.RIVALS[place : place + 1])
