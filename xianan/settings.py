"""Settings of the portal. What comes from outside is read and judged in xianan.environment."""

import logging
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import dj_database_url

from xianan import environment

BASE_DIR = Path(__file__).resolve().parent.parent
_env = environment.read(os.environ, BASE_DIR)

DEMO = _env.demo
VAR_DIR = _env.var_dir
DEBUG = False
SECRET_KEY = _env.secret_key
FIELD_KEY = _env.field_key
ALLOWED_HOSTS = list(_env.allowed_hosts)
CSRF_TRUSTED_ORIGINS = list(_env.csrf_trusted_origins)
# Where people outside reach the portal: what the codes on printed papers lead to.
PUBLIC_URL = _env.public_url
# None: nobody gets mail, and the page of preferences says so.
MAIL_SERVER = _env.mail_server

# WeasyPrint and Chromium find the fonts that bin/setup unpacked through fontconfig alone.
FONTS_CONF = BASE_DIR / ".fonts" / "fonts.conf"
if FONTS_CONF.exists():
    os.environ.setdefault("FONTCONFIG_FILE", str(FONTS_CONF))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "guardian",
    "import_export",
    "django_filters",
    "django_tables2",
    "django_htmx",
    "xianan.ui",
    "xianan.history",
    "xianan.jobs",
    "xianan.organizations",
    "xianan.policy",
    "xianan.deadlines",
    "xianan.documents",
    "xianan.imports",
    "empowerment",
    "secondment",
    "assessment",
    "xianan.portal",
]
# The demonstration stands on top of all that; the image of a deployment leaves it out.
if find_spec("demo"):
    INSTALLED_APPS.append("demo")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "xianan.history.middleware.RequestIdMiddleware",
    "xianan.organizations.middleware.RefusalMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "xianan.portal.middleware.IdleMiddleware",
    "xianan.portal.middleware.InitialPasswordMiddleware",
    "xianan.history.once.OnceMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "xianan.ui.middleware.ContentSecurityPolicyMiddleware",
    "xianan.ui.middleware.PrivatePagesMiddleware",
    "xianan.organizations.middleware.ScopeMiddleware",
    "xianan.ui.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "xianan.urls"
WSGI_APPLICATION = "xianan.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "xianan.ui.context.shell",
            ],
        },
    },
]
# Form and widget templates may be replaced from templates/django/forms.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.insert(0, "django.forms")

# ---- Data ---------------------------------------------------------------------------------------

DATABASES: dict[str, Any]
if DEMO:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR_DIR / "portal.sqlite3",
            # In a file too: a database in memory locks tables, not the file.
            "TEST": {"NAME": VAR_DIR / "test.sqlite3"},
            "OPTIONS": {
                "timeout": 20,
                # A transaction that reads first and writes later would otherwise fail instead of waiting.
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    }
else:
    DATABASES = {
        "default": dict(dj_database_url.parse(_env.database_url, conn_max_age=60, conn_health_checks=True))
    }
# No cache is set up: what must hold over processes stands in the database, and a page needs nothing else.
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---- Jobs ---------------------------------------------------------------------------------------

CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "xianan.jobs.heartbeat:Scheduler"
(VAR_DIR / "beat").mkdir(exist_ok=True)
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any]
if DEMO:
    _broker = VAR_DIR / "broker"
    (_broker / "control").mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "files://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker),
        "data_folder_out": str(_broker),
        "control_folder": str(_broker / "control"),
        "polling_interval": 0.05,
    }
else:
    CELERY_BROKER_URL = _env.redis_url
    # A killed worker's task comes back after the timeout, and the sweep for it runs every second poll.
    # Whoever puts a job into the ledger must not wait long for a broker that is away: the sweep finds it.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 900,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 2,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
    }

# ---- People -------------------------------------------------------------------------------------

AUTH_USER_MODEL = "organizations.User"
AUTHENTICATION_BACKENDS = [
    "xianan.organizations.middleware.AccountBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "xianan.organizations.passwords.PasswordRule"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
CSRF_FAILURE_VIEW = "xianan.ui.views.csrf_failure"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
SESSION_COOKIE_AGE = 30 * 60

# ---- The wire -----------------------------------------------------------------------------------

_https = not _env.plain_http
SECURE_SSL_REDIRECT = _https
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_SECURE = _https
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SESSION_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
# The pages show the portal's own PDFs in a frame.
X_FRAME_OPTIONS = "SAMEORIGIN"
if _env.trust_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SILENCED_SYSTEM_CHECKS = [
    "security.W019",  # X_FRAME_OPTIONS: see above
    "security.W021",  # HSTS preload is a public list of browsers' vendors; the portal is not on it
]
# A workbook of 20,000 rows stays well below this; a row of a form posts a handful of fields.
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_HANDLERS = [
    "xianan.ui.uploads.BoundedUploads",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "xianan.ui.uploads.NamelessUploads",
]

# ---- Language and time --------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# ---- Files --------------------------------------------------------------------------------------

STATIC_URL = "/static/"
# An image brings its static files along, outside the volume that VAR_DIR is mounted from.
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT") or VAR_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
FILE_UPLOAD_TEMP_DIR = str(VAR_DIR / "tmp")
(VAR_DIR / "tmp").mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = DEMO
if DEMO:
    # The finders serve; WhiteNoise still complains when the folder is missing.
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [
    *("jpg", "jpeg", "png", "gif", "webp", "zip", "gz", "br", "woff", "woff2"),
    *("map", "ttf", "eot"),
]
STORAGES = {
    # Files of the business go through xianan.documents; nothing is served from here.
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "documents"},
    },
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEMO
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

# ---- Parts --------------------------------------------------------------------------------------

IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True

# ---- Log ----------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "xianan.core.identity.LineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        # Several processes write here and logrotate may move it: reopen when the file changes.
        "file": {
            "class": "logging.handlers.WatchedFileHandler",
            "filename": str(VAR_DIR / "log" / "portal.log"),
            "encoding": "utf-8",
            "delay": True,
            "formatter": "line",
        },
    },
    "root": {"handlers": ["stderr", "file"], "level": "INFO"},
    "loggers": {
        "django": {"level": "INFO", "handlers": [], "propagate": True},
        "django.server": {"level": "WARNING", "handlers": [], "propagate": True},
        # What is refused has one line, with the person and the role: xianan.refused.
        "django.request": {"level": "ERROR"},
        "django.security.csrf": {"level": "ERROR"},
        # Warnings about substituted fonts and subsets are judged by the start-up check instead.
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "celery.app.trace": {"level": "WARNING"},
        # The file broker has no host name and is warned about at every start.
        "kombu.connection": {"level": "ERROR"},
        "pyhanko": {"level": "WARNING"},
        # What a damaged PDF makes it remark is said to the person who sent it.
        "pypdf": {"level": "ERROR"},
        "pyhanko_certvalidator": {"level": "ERROR"},
    },
}

if not DEMO and _env.plain_http:
    logging.getLogger(__name__).warning(
        "PLAIN_HTTP=1: pages, cookies and passwords travel unencrypted; only for a closed network "
        "behind a proxy that speaks TLS"
    )
