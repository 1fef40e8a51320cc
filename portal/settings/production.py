"""Production: refuses to start without its secrets; `check --deploy` gives no warning."""

import os

from portal.settings.base import *  # noqa: F403
from portal.settings.base import BASE_URL, env

# What the portal writes beside the uploaded files (SQLite, search index) is closed to other accounts of the machine.
os.umask(0o027)

DEBUG = False
SECRET_KEY = env("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[BASE_URL])

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Number of proxies: the client IP address is read in X-Forwarded-For, for limits on login and on claims.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1)
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

MFA_REQUIRED_GROUPS = env.list("MFA_REQUIRED_GROUPS", default=["Administration", "Modération"])

# One JSON object a line on standard error, for requests, commands, tasks and gunicorn.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "portal.base.logs.JsonFormatter"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "json"},
        "administrators": {"class": "portal.base.logs.AdministratorsHandler"},
    },
    "root": {"handlers": ["stderr", "administrators"], "level": "WARNING"},
    "loggers": {
        **{name: {"level": "INFO"} for name in ("portal", "network", "caps_sheets", "search")},
        # Their own handlers, replaced here, log or mail the whole request.
        **{name: {"handlers": [], "propagate": True} for name in ("django", "django.server", "gunicorn.error")},
        "django.request": {"level": "ERROR"},  # a missing page is not an event
    },
}
