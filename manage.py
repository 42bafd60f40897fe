#!/usr/bin/env python
"""Django's command line for RealTube."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    """Run the command named in `sys.argv`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "realtube.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # A wrong setting is the operator's to mend: one sentence, no traceback.
        # Without any keys, these are most likely in another folder.
        advice = " Is VAR_DIR that of the `make run` that you mean?" if "KEY" in str(error) else ""
        sys.exit(f"error: {error}{advice}")


if __name__ == "__main__":
    main()
