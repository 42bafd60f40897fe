"""Routes of what is published."""

from django.urls import re_path

from sync.client.views import SelectorsView
from sync.export.views import ExportManifestView, ExportView, ReleaseFileView, ReleasesView
from sync.signed.views import SignedView
from sync.snapshot.views import CompactView, EverythingView, FullView, ListView, ManifestView
from sync.views.changes import ChannelHistoryView, DeltaView, VideoHistoryView
from sync.views.lookups import LookupView, PrefixView
from sync.views.service import StatsView

urlpatterns = [
    re_path(r"^api/videos/lookup/?\Z", LookupView.as_view()),
    re_path(r"^api/videos/(?P<hash_prefix>[^/]+)/?\Z", PrefixView.as_view()),
    re_path(r"^api/videos/(?P<video_id>[^/]+)/history/?\Z", VideoHistoryView.as_view()),
    re_path(r"^api/channels/(?P<channel_id>[^/]+)/history/?\Z", ChannelHistoryView.as_view()),
    re_path(r"^api/sync/delta/?\Z", DeltaView.as_view()),
    re_path(r"^api/sync/full/?\Z", FullView.as_view()),
    re_path(r"^api/sync/full\.ndjson\.zst/?\Z", EverythingView.as_view()),
    re_path(r"^api/sync/compact/?\Z", CompactView.as_view()),
    re_path(r"^api/sync/manifest/?\Z", ManifestView.as_view()),
    re_path(r"^api/sync/signed/?\Z", SignedView.as_view()),
    re_path(r"^api/lists/(?P<kind>channels|videos)\.txt/?\Z", ListView.as_view()),
    re_path(r"^api/database/export/?\Z", ExportView.as_view()),
    re_path(r"^api/database/manifest/?\Z", ExportManifestView.as_view()),
    re_path(r"^api/database/releases/?\Z", ReleasesView.as_view()),
    re_path(
        r"^api/database/releases/(?P<month>[^/]+)/(?P<name>[^/]+)\Z", ReleaseFileView.as_view()
    ),
    re_path(r"^api/client/selectors\.json/?\Z", SelectorsView.as_view()),
    re_path(r"^api/stats/?\Z", StatsView.as_view()),
]
