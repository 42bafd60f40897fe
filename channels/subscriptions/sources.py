"""What the operator says of lists: their licence, and where what they say may go."""

from __future__ import annotations

import re

from django.db import transaction

from channels import import_sql as sql
from channels.models import ListSource
from common.db import execute

# Licences by which what is published here may not be passed on: CC BY-NC, CC BY-ND and the like.
_RESTRICTING = re.compile(
    r"\b(?:nc|nd)\b|non-?\s?commercial|no-?\s?deriv|all rights reserved", re.IGNORECASE
)


def restricts(licence: str) -> bool:
    """Whether a licence by its name does not go with the site's, under which all is passed on."""
    return bool(_RESTRICTING.search(licence))


@transaction.atomic
def state(source: str, *, licence: str = "", use: str = "", is_new: bool = False) -> ListSource:
    """Keep what is said of a source: empty is what was said before.

    A source of which nothing was said, and that nobody has listed anything under yet (`is_new`),
    is not published if its licence restricts it. Where something changes, its channels are marked
    for the next roll-up.
    """
    found, made = ListSource.objects.select_for_update().get_or_create(name=source)
    before = (found.licence, found.use)
    found.licence = licence or found.licence
    found.use = use or found.use
    if (made or is_new) and found.use == ListSource.Use.UNKNOWN and restricts(found.licence):
        found.use = ListSource.Use.NOWHERE
    if (found.licence, found.use) != before:
        found.save(update_fields=["licence", "use"])
        execute(sql.MARK_SOURCE, {"source": source})
    return found
