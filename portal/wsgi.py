"""WSGI entry point: ``gunicorn portal.wsgi`` serves the production settings."""

import gc
import os
from pathlib import Path

import environ
from django.core.wsgi import get_wsgi_application
from wagtail import hooks

from portal.base.whole_bodies import WholeBody

environ.Env.read_env(Path(__file__).parents[1] / ".env")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

application = WholeBody(get_wsgi_application())

# What a first request would wait for: the index of places, for one.
for prepare in hooks.get_hooks("before_first_request"):
    prepare()

# Objects loaded by now live as long as the process: a full collection would scan them for a tenth of a second.
gc.collect()
gc.freeze()
