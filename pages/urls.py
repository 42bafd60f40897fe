"""Routes of the pages for everybody."""

from django.urls import path, re_path

from pages.views import feeds, home, notes, plain, recent, targets

_FORM = r"(?P<form>atom|json)"
_NOTE = r"(?P<note>n[0-9a-f]{16})"

urlpatterns = [
    path("", home.HomePage.as_view(), name="home"),
    path("look/<str:prefix>", home.LookPage.as_view(), name="look-up"),
    path("v/<str:key>", targets.VideoPage.as_view(), name="video"),
    path("c/<str:key>", targets.ChannelPage.as_view(), name="channel"),
    re_path(rf"^note/{_NOTE}/report\Z", notes.ReportNotePage.as_view(), name="report-note"),
    re_path(r"^api/videos/(?P<key>[^/]+)/notes/?\Z", notes.VideoNotesView.as_view()),
    re_path(r"^api/channels/(?P<key>[^/]+)/notes/?\Z", notes.ChannelNotesView.as_view()),
    path("recent", recent.RecentPage.as_view(), name="recent"),
    path("transparency", recent.TransparencyPage.as_view(), name="transparency"),
    path("transparency.csv", recent.TransparencyCsv.as_view(), name="transparency-csv"),
    re_path(rf"^feeds/recent\.{_FORM}\Z", feeds.RecentFeed.as_view(), name="feed"),
    re_path(rf"^feeds/list\.{_FORM}\Z", feeds.ListFeed.as_view(), name="feed-list"),
    re_path(
        rf"^feeds/(?P<kind>video|channel)/(?P<key>[^/]+)\.{_FORM}\Z",
        feeds.TargetFeed.as_view(),
        name="feed-of",
    ),
    path("lists", plain.ListsPage.as_view(), name="lists"),
    path("data", plain.DataPage.as_view(), name="data"),
    path("about", plain.AboutPage.as_view(), name="about"),
    path("privacy", plain.PrivacyPage.as_view(), name="privacy"),
    path("contact", plain.ContactPage.as_view(), name="contact"),
    path("install", plain.InstallPage.as_view(), name="install"),
    path("install/<str:name>", plain.ArchiveView.as_view(), name="archive"),
    path("changelog", plain.ChangelogPage.as_view(), name="changelog"),
    path("status", plain.StatusPage.as_view(), name="status"),
    path("card/<str:name>.png", plain.CardView.as_view(), name="card"),
    path("look.css", plain.LookView.as_view(), name="look"),
    path("logo", plain.LogoView.as_view(), name="logo"),
    path("robots.txt", plain.RobotsView.as_view(), name="robots"),
    path(".well-known/security.txt", plain.SecurityView.as_view(), name="security"),
]
