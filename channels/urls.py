"""Routes of channels and appeals."""

from django.urls import path, re_path

from channels.creators.pages import (
    AddressPage,
    AnswerPage,
    AppealPage,
    AppealStatusPage,
    ConfirmPage,
)
from channels.reports.views import ReportsView
from channels.views import (
    AppealAnswerView,
    AppealsView,
    AppealView,
    ChannelView,
    ListsView,
)

urlpatterns = [
    re_path(r"^api/channels/(?P<channel_id>[^/]*)/?\Z", ChannelView.as_view()),
    re_path(r"^api/channels/(?P<key>[^/]*)/reports/?\Z", ReportsView.as_view()),
    re_path(r"^api/lists/?\Z", ListsView.as_view()),
    re_path(r"^api/appeals/?\Z", AppealsView.as_view()),
    re_path(r"^api/appeals/(?P<token>[0-9a-f]{32})/?\Z", AppealView.as_view()),
    re_path(r"^api/appeals/(?P<token>[0-9a-f]{32})/answer/?\Z", AppealAnswerView.as_view()),
    path("appeal", AppealPage.as_view(), name="appeal"),
    path("appeal/confirm/<slug:key>", ConfirmPage.as_view(), name="appeal-confirm"),
    path("appeal/<slug:token>/address", AddressPage.as_view(), name="appeal-address"),
    path("appeal/<slug:token>/answer", AnswerPage.as_view(), name="appeal-answer"),
    path("appeal/<slug:token>", AppealStatusPage.as_view(), name="appeal-status"),
]
