"""Routes of channels."""

from django.urls import re_path

from channels.views import ChannelView

urlpatterns = [re_path(r"^api/channels/(?P<channel_id>[^/]*)/?\Z", ChannelView.as_view())]
