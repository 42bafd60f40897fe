"""The WSGI application gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "realtube.settings")
application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402

from realtube.checks import refuse_misconfiguration  # noqa: E402

refuse_misconfiguration()
# All views are loaded now, once, and not by the first request of each process.
_ = get_resolver().url_patterns
