"""Settings shared by every environment. Each variable read here is listed in docs/environment.md."""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parents[2]

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# Everything that the application writes is in one folder, outside the code.
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)
BASE_URL = env("BASE_URL", default="http://localhost:8000")

INSTALLED_APPS = [
    # Ours come first: their templates override those of the packages.
    "portal.indicators",
    "portal.space",
    "portal.home",
    "portal.site_setup",
    "search",
    "caps_sheets.podcasts",
    "caps_sheets.capitalisation",
    "caps_sheets",
    "network.messages",
    "network",
    "network.territories",
    "portal.imports",
    "portal.taxonomies",
    "portal.medialib",
    "portal.users",
    "portal.base",
    "wagtail.contrib.redirects",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.search_promotions",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "portal.users.apps.AccountsAdminConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    # After wagtail.admin, whose workflow e-mails it replaces.
    "portal.moderation",
    "wagtail",
    "wagtail_modeladmin",
    "wagtailmedia",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "portal.base.logs.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.base.middleware.TextGZipMiddleware",
    "portal.base.middleware.PathCSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "network.middleware.CoordinatorAssignmentsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.base.text_entry.CleanTextMiddleware",
    "portal.base.bad_input.BadInputMiddleware",
    "portal.base.typed_again.TypedAgainMiddleware",
    "portal.base.sent_once.SentOnceMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.users.middleware.ShortSessionMiddleware",
    "portal.users.middleware.BackOfficeMiddleware",
    "portal.base.middleware.FullDiskMiddleware",
    "portal.moderation.takedowns.middleware.TakedownMiddleware",
    "portal.base.middleware.PublicRedirectMiddleware",
]

CSRF_FAILURE_VIEW = "portal.base.typed_again.csrf_failure"

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "portal.site_setup.french.LibraryTemplates"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "portal.base.context_processors.site_frame",
            ],
            "builtins": ["portal.base.templatetags.dates"],
        },
    },
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
# Opening a connection costs as much as three queries: each worker keeps its own.
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
# Write-ahead log and immediate transactions: readers never wait, writers queue instead of failing.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Messages show on the next page even if a second click dropped the first response, cookies included.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Language and time
LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]  # overrides the French of the libraries: portal.site_setup.french
USE_TZ = True
WAGTAIL_CONTENT_LANGUAGES = WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES = [("fr", "Français")]
# What the date fields of the admin show, and read back: French only, so the day always comes first.
WAGTAIL_DATE_FORMAT, WAGTAIL_DATETIME_FORMAT = "%d/%m/%Y", "%d/%m/%Y %H:%M"

# Files. No uploaded file is served directly: a view checks who may fetch it (portal.medialib.permissions).
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "portal" / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "portal.base.bundles.BundleFinder",
]
STATIC_BUNDLES_ROOT = VAR_DIR / "bundles"
STATIC_BUNDLES = {
    "css/portal.css": [
        f"css/{name}.css" for name in ("tokens", "base", "components", "home", "sheet", "pages", "search")
    ],
    "js/player-page.js": ["js/player.js", "js/player-transcript.js"],
    "js/search-page.js": [f"js/search-{name}.js" for name in ("facets", "live", "measure")],
}
MEDIA_URL = "/media/"
PRIVATE_MEDIA_ROOT = Path(env("PRIVATE_MEDIA_ROOT", default=str(VAR_DIR / "private")))
MEDIA_ROOT = PRIVATE_MEDIA_ROOT / "mediatheque"
FILE_UPLOAD_PERMISSIONS = 0o640  # the web server reads through the group, which folders inherit
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "portal.base.storage.WholeFileStorage"},
    "private": {
        "BACKEND": "portal.base.storage.WholeFileStorage",
        "OPTIONS": {"location": str(PRIVATE_MEDIA_ROOT), "base_url": None},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# What may be lost at any time: rate limits on login, counts already received.
CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://?max_entries=10000")}

# Accounts: the e-mail address is the login, sign-up is by invitation, every login page is allauth's.
AUTH_USER_MODEL = "portal_users.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
ACCOUNT_ADAPTER = "portal.users.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60  # seconds; a mail may take some minutes
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = 2  # new codes for each one asked
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a mail for each change of password or second factor
ACCOUNT_FORMS = {
    "login": "portal.users.login_forms.LoginForm",
    "request_login_code": "portal.users.login_forms.LoginCodeForm",
    "reset_password": "portal.users.login_forms.PasswordResetForm",
}
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {
    "request_login_code": "20/m/ip,60/h/ip",
    "reset_password": "20/m/ip,60/h/ip",
    "login_failed": "10/m/ip,5/5m/key,20/d/key",
    # Documented in ``portal.users.limits``
    "account_mail": "3/m/key,10/h/key",
    "account_mail_everywhere": "60/h/key",
    "login_failed_everywhere": "200/d/key",
}
ACCOUNT_MAIL_IN_BACKGROUND = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
MFA_ADAPTER = "portal.users.adapter.SecondFactorAdapter"
MFA_TOTP_ISSUER = "Portail CLSM"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
LOGIN_URL = WAGTAILADMIN_LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/mon-clsm/"  # leads each role to its place of work
WAGTAIL_FRONTEND_LOGIN_URL = "/comptes/login/"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False  # accounts are created by invitation; only the owner sets a password

# E-mail: a dead server never blocks a decision (portal.moderation keeps each notice in the database).
EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10
EMAIL_SUBJECT_PREFIX = "[Portail CLSM] "
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("DEFAULT_FROM_EMAIL", default="portail@clsm.example")
ADMINS = [("", address) for address in env.list("ADMINS", default=[])]  # receive errors by e-mail

# Tasks (e-mails): run at once, or by the worker `manage.py db_worker`.
TASKS_BACKEND = env.str("TASKS_BACKEND", default="immediate")
TASKS = {
    "default": {
        "BACKEND": {
            "immediate": "django_tasks.backends.immediate.ImmediateBackend",
            "database": "portal.base.task_backends.WorkerBackend",
        }[TASKS_BACKEND]
    }
}

# Wagtail
WAGTAIL_SITE_NAME = "Portail CLSM"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_I18N_ENABLED = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_FINISH_WORKFLOW_ACTION = "portal.moderation.workflow.publish_approved"
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False
WAGTAILADMIN_PAGE_SEARCH_FILTER_BY_PERMISSIONS = True
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILIMAGES_IMAGE_MODEL = "portal_medialib.PortalImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "portal.medialib.forms.PortalImageForm"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "heic", "heif", "jpeg", "jpg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 40 * 1024 * 1024  # a photo of a camera, which ``portal.medialib.pictures`` reduces
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 64_000_000  # decoded at once; read from the header, before decoding
WAGTAILDOCS_DOCUMENT_MODEL = "portal_medialib.PortalDocument"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "portal.medialib.forms.PortalDocumentForm"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odp", "ods", "odt", "pdf", "pptx", "txt", "xlsx", "zip"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 50 * 1024 * 1024
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAILMEDIA = {
    "MEDIA_MODEL": "portal_medialib.PortalMedia",
    "MEDIA_FORM_BASE": "portal.medialib.forms.PortalMediaForm",
    "AUDIO_EXTENSIONS": ["mp3", "m4a"],
}
AUDIO_MAX_UPLOAD_SIZE = env.int("AUDIO_MAX_UPLOAD_MB", default=300) * 1024 * 1024
MEDIA_SENDFILE = env("MEDIA_SENDFILE", default="python")  # or "x-accel": nginx sends the files
PODCAST_WEBSUB_HUB = env("PODCAST_WEBSUB_HUB", default="")  # empty: no hub is notified of new episodes
PODCAST_UA_LIST = env.list("PODCAST_UA_LIST", default=[])  # the operator’s own lists of robots and applications
WAGTAILSEARCH_BACKENDS: dict[str, dict[str, Any]] = {"default": {"BACKEND": "wagtail.search.backends.database"}}
TAGGIT_CASE_INSENSITIVE = True
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a full CAPS sheet posts a few thousand fields

# Feeds declared by every public page: title, URL name
PUBLIC_FEEDS = [("Fiches CAPS", "sheets_feed"), ("Actualités", "news_feed")]

# Public search
SEARCH_INDEX_ROOT = Path(env("SEARCH_INDEX_ROOT", default=str(VAR_DIR / "search")))
SEARCH_ALERT_MINUTES = env.int("SEARCH_ALERT_MINUTES", default=30)  # an older change in the outbox gives a warning
ELASTICSEARCH_URL = env("ELASTICSEARCH_URL", default="")  # empty: the embedded engine
ELASTICSEARCH_API_KEY = env("ELASTICSEARCH_API_KEY", default="")
ELASTICSEARCH_INDEX = env("ELASTICSEARCH_INDEX", default="portail-clsm")
ELASTICSEARCH_NODE_CLASS = "urllib3"  # only tests change it, for another server

# Content security: nothing inline, nothing from other hosts; Wagtail's admin needs both inline.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
        "manifest-src": [SELF],
    },
}
CSP_ADMIN_DIRECTIVES = {
    **CONTENT_SECURITY_POLICY["DIRECTIVES"],
    "script-src": [SELF, "'unsafe-inline'"],  # Wagtail's choosers start from inline scripts
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
    "frame-src": [SELF],
}
SECURE_REFERRER_POLICY = "same-origin"
CSRF_COOKIE_AGE = None  # session cookie, deleted with the browser session, as the privacy page states

# Who must use a second factor before entering the back office (group names); empty outside production.
MFA_REQUIRED_GROUPS: list[str] = []
