"""Routes of what is published."""

from django.urls import re_path

from sync.views import DeltaView, FullView, LookupView, PrefixView, StatsView

urlpatterns = [
    re_path(r"^api/videos/lookup/?\Z", LookupView.as_view()),
    re_path(r"^api/videos/(?P<hash_prefix>[^/]+)/?\Z", PrefixView.as_view()),
    re_path(r"^api/sync/delta/?\Z", DeltaView.as_view()),
    re_path(r"^api/sync/full/?\Z", FullView.as_view()),
    re_path(r"^api/stats/?\Z", StatsView.as_view()),
]
