"""The WSGI application gunicorn serves."""

import os
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "realtube.settings")
_django = get_wsgi_application()
_CHARSET = re.compile(r";\s*charset\s*=[^;]*", re.IGNORECASE)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django, to which text is UTF-8, whatever a client calls it (docs/contract.md#r03).

    It would decode a form, and even what an address asks for, by any codec of Python's that is
    named, and fails over those that are none of text, such as `hex`.
    """
    if "charset" in environ.get("CONTENT_TYPE", "").lower():
        environ["CONTENT_TYPE"] = _CHARSET.sub("", environ["CONTENT_TYPE"])
    return _django(environ, start_response)


from django.urls import get_resolver  # noqa: E402

from realtube.checks import refuse_misconfiguration  # noqa: E402

refuse_misconfiguration()
# All views are loaded now, once, and not by the first request of each process.
_ = get_resolver().url_patterns
