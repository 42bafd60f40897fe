"""The WSGI application gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "realtube.settings")
application = get_wsgi_application()

from realtube.checks import refuse_misconfiguration  # noqa: E402

refuse_misconfiguration()
