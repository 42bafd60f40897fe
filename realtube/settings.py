"""All settings, read once from the environment (docs/configuration.md explains each)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from realtube import (
    cors,
    databases,
    env,
    evidence,
    limits,
    logs,
    looks,
    mails,
    openapi,
    people,
    s3,
)

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = env.path(
    "VAR_DIR", BASE_DIR / "var", shown="var", help="Folder of everything the service writes."
)
# What `make run` left for a second terminal: its secrets and, while it runs, its servers.
env.load_files(VAR_DIR / "secrets.env", VAR_DIR / "run.env")

ENVIRONMENT = env.choice(
    "REALTUBE_ENVIRONMENT",
    "production",
    ("production", "development", "test"),
    help="What this node is for. `production` insists on HTTPS cookies for the admin.",
)
PRODUCTION = ENVIRONMENT == "production"
DEBUG = False
SECRET_KEY = env.text(
    "DJANGO_SECRET_KEY", help="Signs admin sessions and challenges. At least 32 characters."
)
VOTER_KEY = env.text(
    "REALTUBE_VOTER_KEY",
    help="Keys the public ids of voters. At least 32 characters; losing it loses every identity.",
)
ADDRESS_KEY = env.text(
    "REALTUBE_ADDRESS_KEY",
    help="Keys the pseudonyms of addresses. At least 32 characters; may be changed at any time.",
)
SIGNING_SEEDS = (
    env.seed(
        "REALTUBE_SIGNING_KEY",
        help="Signs what is published, so that clients notice changed copies (docs/operations.md). "
        "64 hex characters; unset: nothing is signed.",
    ),
    env.seed(
        "REALTUBE_SIGNING_KEY_BEFORE",
        help="The signing key before this one, for as long as clients are to follow from it.",
    ),
)
USER_ID_MIN_LENGTH = env.integer(
    "REALTUBE_USER_ID_MIN_LENGTH",
    32,
    low=1,
    high=64,
    help="Shortest wire user id accepted, in hex characters. 1 only for compatibility tests.",
)
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    *env.words("REALTUBE_ALLOWED_HOSTS", help="Host names under which the admin is served."),
]
CSRF_TRUSTED_ORIGINS = env.words(
    "REALTUBE_CSRF_TRUSTED_ORIGINS",
    help="Origins such as https://realtube.example that may post to the admin.",
)
TRUSTED_PROXIES = env.networks(
    "REALTUBE_TRUSTED_PROXIES",
    help="Proxies whose X-Forwarded-For and X-Real-IP are believed. Nobody else's ever are.",
)
METRICS_NETWORKS = env.networks(
    "REALTUBE_METRICS_NETWORKS",
    "127.0.0.0/8,::1/128",
    help="Addresses that may read /metrics; everyone else gets a 404.",
)
METRICS_LISTEN = env.listen(
    "REALTUBE_METRICS_LISTEN",
    help="Where worker, beat and publisher answer scrapes, such as 0.0.0.0:9464; anyone who "
    "reaches it may read. Unset: nowhere.",
)

# --- Applications ---------------------------------------------------------------------------
INSTALLED_APPS = [
    "desk.apps.SiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "corsheaders",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "realtube.apps.RealtubeConfig",
    "post.apps.PostConfig",
    "votes.apps.VotesConfig",
    "evidence.apps.EvidenceConfig",
    "videos.apps.VideosConfig",
    "channels.apps.ChannelsConfig",
    "sync.apps.SyncConfig",
    "pages.apps.PagesConfig",
    "following.apps.FollowingConfig",
    "desk.apps.DeskConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "anymail",
]
MIDDLEWARE = [
    "common.middleware.ApiMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "pages.languages.LanguageMiddleware",
]
ROOT_URLCONF = "realtube.urls"
WSGI_APPLICATION = "realtube.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "realtube" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LANGUAGE_CODE = "en"
LANGUAGES, USE_I18N = looks.LANGUAGES, True
FORMAT_MODULE_PATH = "realtube.formats"
USE_TZ = True
TIME_ZONE = "UTC"
APPEND_SLASH = True
# Twice the API's own limit (common.http.MAX_BODY_BYTES); admin forms are small too.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- PostgreSQL -----------------------------------------------------------------------------
DATABASE = env.database_url(
    "DATABASE_URL", help="PostgreSQL 15 or newer. `make run` starts its own when unset."
)
DATABASE_DIRECT = env.database_url(
    "DATABASE_DIRECT_URL",
    help="The same database without the pooler, for commands and workers (docs/cluster.md).",
)
DB_POOLER = env.choice(
    "REALTUBE_DB_POOLER",
    "none",
    ("none", "transaction"),
    help="What is at DATABASE_URL: `transaction` is a pooler that gives a connection to another "
    "after each transaction, such as PgBouncer (docs/cluster.md).",
)
DB_POOL_SIZE = env.integer(
    "REALTUBE_DB_POOL_SIZE",
    0,
    low=0,
    high=200,
    help="Connections a web process keeps in its pool; 0 keeps one a thread. "
    "gunicorn.conf.py sets it to the number of threads plus 2.",
)
DATABASE_REPLICA = env.database_url(
    "DATABASE_REPLICA_URL",
    help="A copy that follows the database: lists at the desk and exports are read there "
    "(docs/cluster.md). Unset: from the database itself.",
)
REPLICA_LAG_S = env.integer(
    "REALTUBE_REPLICA_LAG_S",
    10,
    low=1,
    high=600,
    help="Seconds that the copy may be behind; when it is further, the database is asked.",
)
DATABASES = databases.configure(
    DATABASE,
    DATABASE_DIRECT,
    DATABASE_REPLICA,
    pooler=DB_POOLER,
    pool_size=DB_POOL_SIZE,
    testing=ENVIRONMENT == "test",
)
DATABASE_ROUTERS = ["common.replica.Router"]

# --- Redis: broker and limits must never be evicted, the cache may ------------------------------
REDIS_URL = env.redis_url(
    "REDIS_URL",
    "",
    help="Broker and rate limits (Redis 7 or Valkey, `noeviction`). `make run` starts its own.",
)
REDIS_CACHE_URL = env.redis_url(
    "REDIS_CACHE_URL",
    "",
    help="Cache of lookups; may evict. Defaults to database 1 of REDIS_URL.",
) or (REDIS_URL.rsplit("/", 1)[0] + "/1" if REDIS_URL.startswith("redis") else REDIS_URL)
REDIS_TIMEOUT_S = env.number(
    "REALTUBE_REDIS_TIMEOUT_S",
    0.25,
    low=0.01,
    high=10,
    help="Seconds a request waits for Redis before it goes on without.",
)
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        # django-redis, which counts its hits, misses and failures for /metrics.
        "BACKEND": "django_prometheus.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_CACHE_URL,
        "KEY_PREFIX": "realtube1",
        "OPTIONS": {
            "SOCKET_CONNECT_TIMEOUT": REDIS_TIMEOUT_S,
            "SOCKET_TIMEOUT": REDIS_TIMEOUT_S,
            "CONNECTION_POOL_KWARGS": {"max_connections": 100},
            "SERIALIZER": "django_redis.serializers.json.JSONSerializer",
        },
    }
}
# A network's tries to sign in are limited even without Redis, by each process for itself.
CACHES["local"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
RATELIMIT_USE_CACHE = "local"
# The admin signs in a handful of people: their sessions belong with their accounts.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
CSRF_FAILURE_VIEW = "realtube.refusals.csrf_failure"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"

# --- Sign-in of staff: a password and a second factor, or a passkey ---------------------------
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
ACCOUNT_ADAPTER = "desk.accounts.AccountAdapter"
ACCOUNT_FORMS = {"login": "desk.sign_in.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True  # for SESSION_COOKIE_AGE, without asking
# Tries are counted by desk.accounts, which does so without Redis, too.
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_ALLOW_UNVERIFIED_EMAIL = True  # accounts have no addresses
MFA_TOTP_ISSUER = "RealTube"
MFA_TOTP_TOLERANCE = 1

# --- Celery -----------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_TASK_IGNORE_RESULT = True
# Else beat gets a second entry, due by the wall clock; when that clock is set back, the entry
# lies before `tick` in beat's order and holds it up.
CELERY_RESULT_EXPIRES = None
CELERY_TASK_ACKS_LATE = True
# Exports and clips take long; workers of their own keep scores from waiting for them.
CELERY_TASK_ROUTES = {
    "sync.tasks.refresh_export": {"queue": "exports"},
    "sync.tasks.release_data": {"queue": "exports"},
    "evidence.tasks.process_clips": {"queue": "media"},
    # Waits for another's server, and has a way out that the others lack.
    "sync.tasks.publish_to_s3": {"queue": "s3"},
}
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_TIMEZONE = "UTC"

# --- Publishing -------------------------------------------------------------------------------
PUBLISH_ROOT = env.path(
    "REALTUBE_PUBLISH_ROOT",
    VAR_DIR / "publish",
    shown="VAR_DIR/publish",
    help="Folder of the bucket files and other published data.",
)
DATA_LICENCE = env.text(
    "REALTUBE_DATA_LICENCE",
    "ODbL-1.0",
    help="SPDX name of the licence of the published data, named in lists, snapshots and exports.",
)
EXPORT_DAYS = env.integer(
    "REALTUBE_EXPORT_DAYS",
    7,
    low=1,
    high=3650,
    help="Days a public export is kept; the newest good one is never deleted.",
)

LIST_HOSTS = [
    host.lower().rstrip("/")
    for host in env.words(
        "REALTUBE_LIST_HOSTS",
        "raw.githubusercontent.com,github.com,gist.githubusercontent.com,gitlab.com,codeberg.org",
        help="Hosts that lists may be subscribed from, by https and at public addresses; * for "
        "all. An origin such as http://10.0.0.7:8080 is allowed as it is, also inside.",
    )
]

SAMPLE = env.integer(
    "REALTUBE_SAMPLE",
    60,
    low=0,
    high=1000,
    help="Items of the monthly blind sample of what juries decided, two thirds about AI; 0: none.",
)

MIRROR_OF = env.text(
    "REALTUBE_MIRROR_OF",
    help="Origin such as https://realtube.example whose public data this node copies and serves; "
    "it then takes no votes of its own.",
)
MIRROR_KEY = env.text(
    "REALTUBE_MIRROR_KEY",
    help="The key that the source signs with, as minisign writes it (RW...). Empty: the key that "
    "it has at first contact.",
)
MIRROR_INTERVAL_S = env.integer(
    "REALTUBE_MIRROR_INTERVAL_S",
    30,
    low=1,
    high=86_400,
    help="Seconds between a mirror's looks at its source.",
)

DELTA_EVERY_S = env.integer(
    "REALTUBE_DELTA_EVERY_S",
    300,
    low=0,
    high=3600,
    help="Seconds between the cuts at which compact deltas end, so that all clients share a few "
    "answers; 0: every delta goes up to the newest revision, and none is shared.",
)

# --- Pages for everybody (realtube.looks) -----------------------------------------------------
SITE = looks.read(BASE_DIR)

# --- Mail and followers (realtube.mails) ---------------------------------------------------------
MAIL, MAIL_KEY, ORIGIN = mails.MAIL, mails.KEY, mails.ORIGIN
EMAIL_BACKEND, EMAIL_FILE_PATH = mails.backend(), mails.folder(VAR_DIR)
DEFAULT_FROM_EMAIL, ANYMAIL, EMAIL_TIMEOUT = mails.FROM, mails.ANYMAIL, mails.TIMEOUT_S
EMAIL_HOST, EMAIL_PORT = mails.HOST, mails.PORT
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = mails.USER, mails.PASSWORD
PUSH_KEY, FOLLOW_ORIGINS = mails.PUSH_KEY, mails.FOLLOW_ORIGINS
EMAIL_USE_TLS, EMAIL_USE_SSL = mails.SECURITY == "starttls", mails.SECURITY == "tls"

# --- Evidence (realtube.evidence) -----------------------------------------------------------------
EVIDENCE, EVIDENCE_ROOT = evidence.ON, evidence.root(VAR_DIR)
EVIDENCE_CLIP_BYTES, EVIDENCE_CLIPS = evidence.CLIP_MB * 2**20, evidence.CLIPS
EVIDENCE_APPEAL_BYTES = evidence.APPEAL_MB * 2**20
EVIDENCE_VOTER_TRUST, EVIDENCE_DAYS = evidence.VOTER_TRUST, evidence.DAYS
EVIDENCE_UPLOAD_HOURS, EVIDENCE_FREE_BYTES = evidence.UPLOAD_HOURS, evidence.FREE_MB * 2**20
EVIDENCE_UPLOADS_AT_ONCE, EVIDENCE_SHOTS = evidence.UPLOADS_AT_ONCE, evidence.SHOTS
EVIDENCE_TRUSTED_SIGNERS, EVIDENCE_ORIGINS = evidence.TRUSTED_SIGNERS, evidence.origins()
STORAGES = {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "evidence": evidence.storage(EVIDENCE_ROOT),
}

# --- What is published outside the machine (realtube.s3) ------------------------------------------
S3 = s3.read()

# --- Limits: requests (or units) in 60 seconds, exports in an hour, appeals in a day -------------
LIMITS = limits.read()

# --- Scoring (docs/scoring.md) -----------------------------------------------------------------
PRIOR_WEIGHT = env.number(
    "REALTUBE_PRIOR_WEIGHT",
    1.5,
    low=0.1,
    high=100,
    help="K of the score: the trust that AI votes must outweigh before a video is flagged.",
)
MIN_INDEPENDENT_VOTERS = env.integer(
    "REALTUBE_MIN_INDEPENDENT_VOTERS",
    8,
    low=1,
    high=100,
    help="Independent AI voters that it takes to flag a video nobody disputes.",
)
SECOND_MODERATOR_VIDEOS, ALONE_VIDEOS = people.SECOND_MODERATOR_VIDEOS, people.ALONE_VIDEOS
QUESTION_DAYS, NOTICE_ORIGINS = people.QUESTION_DAYS, people.NOTICE_ORIGINS
BURST_VOTERS = env.integer(
    "REALTUBE_BURST_VOTERS",
    25,
    low=2,
    high=100_000,
    help="Newcomers who call a video AI within an hour before it may be held as a burst.",
)
BURST_DISPUTERS = env.integer(
    "REALTUBE_BURST_DISPUTERS",
    10,
    low=2,
    high=100_000,
    help="Newcomers who dispute a video within an hour before they may count as one voice.",
)

# --- HTTP ---------------------------------------------------------------------------------------
CORS_URLS_REGEX = r"^/(api|health)(/|$)"
_cors_origins = env.words(
    "REALTUBE_CORS_ORIGINS", "*", help="Origins that may read the API from a browser; * for all."
)
CORS_ALLOW_ALL_ORIGINS = "*" in _cors_origins
CORS_ALLOWED_ORIGINS = [] if CORS_ALLOW_ALL_ORIGINS else _cors_origins
CORS_ALLOW_METHODS, CORS_ALLOW_HEADERS = cors.METHODS, cors.HEADERS
CORS_EXPOSE_HEADERS = cors.EXPOSED
CORS_PREFLIGHT_MAX_AGE = 86_400
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = None  # common.middleware knows which
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
# TLS ends at the proxy, which redirects; behind it every request is plain HTTP.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
X_FRAME_OPTIONS = "DENY"
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "realtube" / "static"]
# The files come with the installed packages and this repository: no collectstatic step needed.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "common.schema.ApiSchema",
}
SPECTACULAR_SETTINGS = openapi.settings(BASE_DIR)

# --- Logs ---------------------------------------------------------------------------------------
LOG_FORMAT = env.choice(
    "LOG_FORMAT", "json", ("json", "console"), help="One JSON object per line, or for people."
)
LOG_LEVEL = env.choice(
    "LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"), help="Least level that is logged."
)
LOGGING_CONFIG = None
SERVICE = env.text(
    "REALTUBE_SERVICE",
    "realtube",
    help="Name of this process in logs, traces and error reports: web, worker, beat, ...",
)
logs.configure(log_format=LOG_FORMAT, level=LOG_LEVEL, service=SERVICE)

# --- Traces and error reports, for operators who want them (common.telemetry.reports)------------
TRACES_ENDPOINT = env.text(
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    help="OpenTelemetry collector that gets traces over HTTP, such as http://collector:4318. "
    "Unset: none are made. Other OTEL_... variables, such as OTEL_TRACES_SAMPLER, are obeyed.",
)
SENTRY_DSN = env.text(
    "SENTRY_DSN",
    help="Where failures are reported in Sentry's protocol. Unset: nowhere.",
)

SILENCED_SYSTEM_CHECKS = [
    # The proxy redirects to HTTPS; preloading a domain is its owner's decision.
    "security.W008",
    "security.W021",
    # common.middleware reports it.
    "security.W002",
    # Each kind of page has its own: common.middleware.
    "security.W022",
]
