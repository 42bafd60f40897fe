"""Pages of tables with millions of rows, without counting them."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property

COUNTED = 2000


class CappedPaginator(Paginator):
    """The first `COUNTED` rows of a list, so that neither the count nor an offset grows with it.

    To see more, filter or search.
    """

    object_list: Any

    @cached_property
    def count(self) -> int:
        """How many rows there are, at most `COUNTED`; reads no more than that."""
        return int(self.object_list.order_by()[:COUNTED].count())
