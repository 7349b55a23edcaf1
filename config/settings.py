"""Settings of the portal. Everything that differs between installations comes from the environment.

Two modes: "local" (the default) needs nothing and listens on loopback only; "production" refuses to
start with unsafe values. docs/admin.md lists every variable.
"""

from __future__ import annotations

import logging.config
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from config import cors, env, production, secret_key
from config.logging import logging_config
from portal.loading.loader import load

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("FOYER_VAR_DIR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

MODE = env.choice("FOYER_MODE", "local", ("local", "production"))
PRODUCTION = MODE == "production"
DEBUG = env.boolean("FOYER_DEBUG", False)
TESTING = "pytest" in sys.modules
SECRET_KEY = env.text("FOYER_SECRET_KEY", "") if PRODUCTION else secret_key.local(VAR_DIR)
SECRET_KEY_FALLBACKS = env.words("FOYER_SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.words("FOYER_ALLOWED_HOSTS", "" if PRODUCTION else "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("FOYER_TRUSTED_ORIGINS")

# Threads

REQUEST_THREADS = env.integer("FOYER_THREADS", 16, minimum=4)
CARD_THREADS = env.integer("FOYER_CARD_THREADS", 16, minimum=1)
CARDS_IN_CALLER_THREAD = False
PROCESSES = env.integer("FOYER_PROCESSES", 1, minimum=1)

# Applications: plugins fail alone, only the host's apps may fail hard

HOST_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "corsheaders",
    "csp",
    # From Django 6.0 on, tasks are part of it.
    *(() if find_spec("django.tasks") else ("django_tasks",)),
    "django_tasks_db",
]

INSTALLED_APPS = [
    *HOST_APPS,
    "plugins.catalog",
    "plugins.todos",
    "plugins.announcements",
    "plugins.links",
    "plugins.search",
]
STRICT_PLUGINS = env.boolean("FOYER_STRICT_PLUGINS", False)
if env.is_set("FOYER_PLUGINS"):
    INSTALLED_APPS = [*HOST_APPS, *env.words("FOYER_PLUGINS")]

MIDDLEWARE = [
    "portal.web.proxy.TrustedProxyMiddleware",
    "portal.web.request_id.RequestIdMiddleware",
    "portal.web.headers.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "portal.web.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "portal.web.ratelimit.RateLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.web.api_sign_in.ApiSignInMiddleware",
    "portal.web.cached_answers.CachedAnswersMiddleware",
    "portal.web.compression.CompressionMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.web.csrf_cookie.CsrfCookieMiddleware",
    "portal.web.login_expiry.LoginExpiryMiddleware",
    "portal.web.access.AccessMiddleware",
    "portal.web.slots.SlotMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "portal.web.compact_templates.FilesystemLoader",
                        "portal.web.compact_templates.AppDirectoriesLoader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.web.context.frame",
            ],
            "builtins": ["portal.templatetags.portal"],
        },
    },
]

# Database: SQLite tuned for a server with threads, or PostgreSQL by DATABASE_URL

SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": VAR_DIR / "db.sqlite3",
    # Opening the file and tuning the connection takes longer than many a page. Test databases come and go.
    "CONN_MAX_AGE": 0 if TESTING else None,
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 5,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
            "PRAGMA journal_size_limit=27103364;PRAGMA temp_store=MEMORY;"
            # In KiB, for each thread's connection: more takes memory and saves a request no time.
            "PRAGMA cache_size=-1500;"
        ),
    },
}
DATABASES: dict[str, Any] = {"default": env.postgres("DATABASE_URL") or SQLITE}
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # A request thread keeps its connection while it waits for cards, so the pool holds both kinds of thread.
    POOL_SIZE = env.integer("FOYER_DB_POOL", REQUEST_THREADS + CARD_THREADS, minimum=1)
    DATABASES["default"]["OPTIONS"] = {
        "pool": {"min_size": 1, "max_size": POOL_SIZE, "timeout": 5},
        # A server that is gone without a word is noticed after seconds, not after the kernel's quarter of an hour.
        "connect_timeout": 5,
        "tcp_user_timeout": 10_000,
    }
    if TESTING:
        # Test databases are created and dropped, which an open pool would prevent.
        del DATABASES["default"]["OPTIONS"]["pool"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL", "")
# The counters of rate limits have a cache of their own, so that nothing else pushes them out. django_ratelimit is used
# as a library: as an app it would refuse the in-process cache, which is exact for the one process it is used in.
CACHES = {
    alias: (
        {"BACKEND": "portal.services.shared_cache.SharedCache", "LOCATION": REDIS_URL, "KEY_PREFIX": f"foyer:{alias}"}
        if REDIS_URL
        else {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": alias,
            "OPTIONS": {"MAX_ENTRIES": entries},
        }
    )
    for alias, entries in (("default", 10_000), ("counters", 100_000))
}
RATELIMIT_USE_CACHE = "counters"
API_RATE = env.integer("FOYER_API_RATE", 100)

# Background tasks: a queue in the database, and workers that count as gone when they have not been seen for a while

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
WORKER_LOST_SECONDS = env.integer("FOYER_WORKER_LOST_SECONDS", 30, minimum=3)

# Who is who

AUTHENTICATION_BACKENDS = [
    "portal.services.permissions.PluginPermissionBackend",
    "portal.services.accounts.AccountBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

# Sign-in by OpenID Connect, beside local accounts; the provider's endpoints are fetched at the first sign-in

OIDC_ISSUER = env.text("FOYER_OIDC_ISSUER", "")
OIDC_LABEL = env.text("FOYER_OIDC_LABEL", "your organisation")
OIDC_RP_CLIENT_ID = env.text("FOYER_OIDC_CLIENT_ID") if OIDC_ISSUER else ""
OIDC_RP_CLIENT_SECRET = env.text("FOYER_OIDC_CLIENT_SECRET", "")
OIDC_RP_SCOPES = env.text("FOYER_OIDC_SCOPES", "openid profile email")
OIDC_GROUPS_CLAIM = env.text("FOYER_OIDC_GROUPS_CLAIM", "")
OIDC_TIMEOUT = env.integer("FOYER_OIDC_TIMEOUT", 5, minimum=1)
OIDC_USE_PKCE = True
if OIDC_ISSUER:
    AUTHENTICATION_BACKENDS.append("portal.services.identity.backend.Backend")

# Browsers and proxies

TRUSTED_PROXIES = env.networks("FOYER_TRUSTED_PROXIES")
SESSION_COOKIE_AGE = env.integer("FOYER_SESSION_HOURS", 12, minimum=1) * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_NAME = "__Host-sessionid" if PRODUCTION else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if PRODUCTION else "csrftoken"
# As long as the session of the browser: every full page sets it anew where it is missing.
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "portal.web.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CORS_ALLOWED_ORIGIN_REGEXES = cors.patterns(env.words("FOYER_CORS_ORIGINS"))
CORS_ALLOW_CREDENTIALS = env.boolean("FOYER_CORS_CREDENTIALS", False)
CORS_EXPOSE_HEADERS = ("Retry-After", "X-Request-ID")
CORS_URLS_REGEX = r"^/api/"
if PRODUCTION:
    # TrustedProxyMiddleware drops the header unless a trusted proxy sent it.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = env.integer("FOYER_HSTS_SECONDS", 31_536_000, minimum=1)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    production.check(
        secret_key=SECRET_KEY,
        debug=DEBUG,
        allowed_hosts=ALLOWED_HOSTS,
        trusted_origins=CSRF_TRUSTED_ORIGINS,
        trusted_proxies=TRUSTED_PROXIES,
        oidc_issuer=OIDC_ISSUER,
        database_password=DATABASES["default"].get("PASSWORD"),
    )

LOGGING = logging_config(
    production=PRODUCTION,
    secrets=(SECRET_KEY, OIDC_RP_CLIENT_SECRET, DATABASES["default"].get("PASSWORD", ""), env.password_of(REDIS_URL)),
)
# Plugins are loaded, and may fail, before Django sets its logging up.
logging.config.dictConfig(LOGGING)

# Language and time

LANGUAGE_CODE = "en"
TIME_ZONE = env.text("FOYER_TIME_ZONE", "UTC")
USE_TZ = True

# Static files

STATIC_URL = "static/"
# Only the portal's own pages use them.
WHITENOISE_ALLOW_ALL_ORIGINS = False
STATIC_ROOT = Path(env.text("FOYER_STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "portal.web.static_finder.AppFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "portal.web.static_files.SourceStorage"
        if DEBUG or TESTING
        else "portal.web.static_files.HashedStorage"
    },
}

# Configuration file of the portal and its plugins

CONFIG_FILES = [Path(path) for path in env.words("FOYER_CONFIG", str(BASE_DIR / "config" / "app-config.yaml"))]

INSTALLED_APPS = load(INSTALLED_APPS, host=HOST_APPS, strict=STRICT_PLUGINS)
