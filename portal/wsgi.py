"""WSGI entry point: ``gunicorn portal.wsgi`` serves the production settings."""

import gc
import os
from pathlib import Path

import environ
from django.core.wsgi import get_wsgi_application

from portal.base.whole_bodies import WholeBody

environ.Env.read_env(Path(__file__).parents[1] / ".env")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

application = WholeBody(get_wsgi_application())

# Objects loaded by now live as long as the process: a full collection would scan them for a tenth of a second.
gc.collect()
gc.freeze()
