"""Settings, read from the environment; the defaults run the demo on one machine.

SANGHYEOP_VAR            folder for the database, uploads and collected static files
SANGHYEOP_DATABASE_URL   sqlite:///path or postgres://user:password@host:port/name
SANGHYEOP_SECRET_KEY     signing key; made once and kept in the var folder when absent
SANGHYEOP_ALLOWED_HOSTS  comma separated host names
SANGHYEOP_HTTPS          1 when a proxy in front speaks HTTPS (secure cookies, HSTS)
SANGHYEOP_DEBUG          1 for the developer's error pages
SANGHYEOP_EMAIL_URL      smtp://user:password@host:port; without it mail is written to files in the var folder
SANGHYEOP_SITE_URL       the address of the site, for links in mail
SANGHYEOP_PUBLIC_BODY    1 when a public body runs the site: shows the government masthead
"""

import os
import secrets
import urllib.parse
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("SANGHYEOP_VAR", BASE / "var"))


def secret_key() -> str:
    """The key from the environment, or one made at the first start and kept with mode 0600."""
    given = os.environ.get("SANGHYEOP_SECRET_KEY")
    if given:
        return given
    path = VAR / "secret_key"
    if not path.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


def database(url: str) -> dict:
    """Django's DATABASES entry for a database address."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": "/" + urllib.parse.unquote(parts.path).lstrip("/"),
            # IMMEDIATE: a transaction takes the write lock at its start, so a check and the write
            # that rests on it cannot be parted; FULL: a commit survives a power cut.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
                "PRAGMA mmap_size=134217728;PRAGMA cache_size=-20000",
            },
            "CONN_MAX_AGE": 600,
        }
    query = dict(urllib.parse.parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": urllib.parse.unquote(parts.username or ""),
        "PASSWORD": urllib.parse.unquote(parts.password or ""),
        "HOST": query.get("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
    }


SECRET_KEY = secret_key()
DEBUG = os.environ.get("SANGHYEOP_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("SANGHYEOP_ALLOWED_HOSTS", "127.0.0.1,localhost,testserver").split(",")
PUBLIC_BODY = os.environ.get("SANGHYEOP_PUBLIC_BODY") == "1"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "axes",
    "csp",
    "django_htmx",
    "sanghyeop.ground.parties",
    "sanghyeop.ground.rulebook",
    "sanghyeop.ground.trail",
    "sanghyeop.ground.ledger",
    "sanghyeop.ground.files",
    "sanghyeop.ground.notices",
    "sanghyeop.programme.rounds",
    "sanghyeop.programme.projects",
    "sanghyeop.programme.discovery",
    "sanghyeop.programme.planning",
    "sanghyeop.programme.review",
    "sanghyeop.programme.selection",
    "sanghyeop.programme.funding",
    "sanghyeop.programme.spending",
    "sanghyeop.programme.hiring",
    "sanghyeop.programme.employment",
    "sanghyeop.public.portal",
    "sanghyeop.demo",
    "sanghyeop.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "sanghyeop.web.middleware.KoreanFirst",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "sanghyeop.web.gate.Gate",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "sanghyeop.web.urls"
WSGI_APPLICATION = "sanghyeop.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "sanghyeop" / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sanghyeop.web.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "sanghyeop.web.templatetags.show"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": database(os.environ.get("SANGHYEOP_DATABASE_URL", f"sqlite:///{VAR}/sanghyeop.sqlite3"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "parties.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "sanghyeop.ground.parties.backends.People"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 9}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "parties:login"
LOGIN_REDIRECT_URL = "portal:desk"
LOGOUT_REDIRECT_URL = "portal:home"
CSRF_FAILURE_VIEW = "sanghyeop.web.lost_login.csrf_failure"
# Personal information safety standard: lock after repeated failed log-ins.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "username"
AXES_LOCKOUT_TEMPLATE = "parties/locked_out.html"
AXES_ENABLE_ADMIN = False

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", _("한국어")), ("en", _("English"))]
LOCALE_PATHS = [BASE / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Seoul"
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR / "media"}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
PAPER_FONTS = BASE / "sanghyeop" / "web" / "static" / "vendor" / "paper"  # of PDFs, see ground/papers.py
FILE_UPLOAD_HANDLERS = [
    "sanghyeop.ground.files.uploads.BoundedUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# What is taken as a picture: number per idea, size of the file, pixels before and longest side after reading.
PICTURES = {"most": 5, "bytes": 10_000_000, "pixels": 50_000_000, "longest_side": 1600, "quality": 80}
# What is taken as a paper of evidence (picture or PDF): files per payment, size of each; and rows of a bank's table.
PAPERS = {"most": 5, "bytes": 10_000_000}
MOST_IMPORTED_ROWS = 5_000
# Ideas are listed as alike from this likeness (0 to 1) on, at most so many; a list of a district's ideas points to
# a likely twin only from the second likeness on. Ideas that mean the same with other words reach 0.2, strangers 0.1.
ALIKE = {"from": 0.13, "most": 6, "twins_from": 0.17}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],  # the data of a job that search engines read
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if os.environ.get("SANGHYEOP_HTTPS") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000

if os.environ.get("SANGHYEOP_EMAIL_URL"):
    _mail = urllib.parse.urlsplit(os.environ["SANGHYEOP_EMAIL_URL"])
    EMAIL_HOST, EMAIL_PORT = _mail.hostname, _mail.port or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.username or "", _mail.password or ""
    EMAIL_USE_TLS = _mail.scheme == "smtp+tls"
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR / "mail"
SITE_URL = os.environ.get("SANGHYEOP_SITE_URL", "http://127.0.0.1:8000")
DEFAULT_FROM_EMAIL = os.environ.get("SANGHYEOP_FROM", "sanghyeop@localhost")

SILENCED_SYSTEM_CHECKS = ["axes.W001", "axes.W002"]
