#!/usr/bin/env python
"""Django's command line, on the development settings unless the environment or ``.env`` says otherwise."""

import logging
import os
import sys
from pathlib import Path

import environ
from django.conf import settings
from django.core.management import execute_from_command_line


def main() -> None:
    environ.Env.read_env(Path(__file__).with_name(".env"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    try:
        execute_from_command_line(sys.argv)
    except Exception:
        if not settings.configured or settings.DEBUG:
            raise
        logging.getLogger("portal.commands").exception("Command %s failed", " ".join(sys.argv[1:2]))
        sys.exit(1)


if __name__ == "__main__":
    main()
