"""Typed settings: the only reader of the environment. Refuses to start in production on a missing secret."""

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import unquote, urlsplit

from cryptography.fernet import Fernet
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Environment(StrEnum):
    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


_MINIMUM_SECRET = 32


class Settings(BaseSettings):
    """Every setting, by the name of its environment variable. The README's table is made from this class."""

    model_config = SettingsConfigDict(env_file=None, extra="ignore", populate_by_name=True, frozen=True)

    environment: Environment = Field(
        Environment.PRODUCTION, alias="EXODRIVE_ENV", description="development, test or production"
    )
    database_url: SecretStr = Field(
        alias="DATABASE_URL", description="PostgreSQL ≥ 15, `postgresql://user:password@host/name`"
    )
    redis_url: SecretStr = Field(
        alias="REDIS_URL", description="Redis ≥ 6.2 or Valkey, `redis://host:6379/0`"
    )
    secret_key: SecretStr = Field(alias="SECRET_KEY", description="signs sessions and links; ≥ 32 characters")
    encryption_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        alias="EXODRIVE_ENCRYPTION_KEYS",
        description="Fernet keys, comma-separated; the first encrypts, all decrypt (rotation)",
    )
    base_url: str = Field(
        "http://127.0.0.1:8000", alias="BASE_URL", description="public address, no slash at the end"
    )
    business_name: str = Field("ExoDrive", alias="BUSINESS_NAME", description="as customers read it")
    support_email: str = Field(
        "hello@exodrive.example", alias="SUPPORT_EMAIL", description="shown to customers"
    )
    support_phone: str = Field("+1 310 555 0142", alias="SUPPORT_PHONE", description="shown to customers")

    smtp_host: str = Field("127.0.0.1", alias="SMTP_HOST", description="mail server")
    smtp_port: int = Field(25, alias="SMTP_PORT", description="its port")
    smtp_user: str = Field("", alias="SMTP_USER", description="user name, empty for none")
    smtp_password: SecretStr = Field(SecretStr(""), alias="SMTP_PASSWORD", description="its password")
    smtp_starttls: bool = Field(
        False, alias="SMTP_STARTTLS", description="upgrade the connection by STARTTLS"
    )
    mail_from: str = Field("ExoDrive <bookings@exodrive.example>", alias="MAIL_FROM", description="sender")
    mailgun_signing_key: SecretStr = Field(
        SecretStr(""),
        alias="MAILGUN_SIGNING_KEY",
        description="verifies what Mailgun tells of mails; empty: its webhook is closed",
    )
    maildir: Path | None = Field(
        None, alias="EXODRIVE_MAILDIR", description="development only: where caught mail is read from"
    )

    storage_url: str = Field(
        "",
        alias="STORAGE_URL",
        pattern="^(file:///.+)?$",
        description="folder of documents and reports, `file:///…`, shared by all programs; required in production",
    )

    payment_gateway: str = Field(
        "sandbox", alias="PAYMENT_GATEWAY", pattern="^sandbox$", description="sandbox"
    )
    sandbox_webhook_secret: SecretStr = Field(
        alias="SANDBOX_WEBHOOK_SECRET", description="signs the sandbox gateway's webhooks; ≥ 32 characters"
    )
    sandbox_authorisation_days: int = Field(
        7,
        alias="SANDBOX_AUTHORISATION_DAYS",
        ge=2,
        le=31,
        description="how long the sandbox gateway's banks reserve an amount before it lapses",
    )
    webhook_private_targets: bool = Field(
        False,
        alias="WEBHOOK_PRIVATE_TARGETS",
        description="also send webhooks to plain http and inner networks; not in production",
    )
    hold_minutes: int = Field(
        15, alias="HOLD_MINUTES", ge=1, le=120, description="length of a hold, and of an extension"
    )
    hold_extensions: int = Field(
        10, alias="HOLD_EXTENSIONS", ge=0, le=50, description="times a hold can be extended"
    )
    quote_minutes: int = Field(
        30, alias="QUOTE_MINUTES", ge=5, le=1440, description="how long a quote can be held on"
    )
    capture_hours: int = Field(
        72,
        alias="CAPTURE_HOURS",
        ge=0,
        le=720,
        description="capture the rental this long before pick-up; sooner bookings at once",
    )

    database_pool: int = Field(
        8, alias="DATABASE_POOL", ge=1, le=100, description="connections kept by a process"
    )
    proxies: int = Field(
        0, alias="TRUSTED_PROXIES", ge=0, le=5, description="reverse proxies whose X-Forwarded-* is believed"
    )
    rate_limits: bool = Field(
        True,
        alias="RATE_LIMITS",
        description="count calls per client; off only for load tests, not in production",
    )
    log_format: str = Field(
        "json", alias="LOG_FORMAT", pattern="^(json|console)$", description="json or console"
    )
    log_level: str = Field("INFO", alias="LOG_LEVEL", description="DEBUG, INFO, WARNING, ERROR")
    metrics_token: SecretStr = Field(
        SecretStr(""),
        alias="METRICS_TOKEN",
        description="opens `/metrics` as a bearer token, ≥ 32 characters; without it the page is closed in production",
    )
    queue_concurrency: int = Field(
        8, alias="QUEUE_CONCURRENCY", ge=1, le=256, description="jobs a worker runs at once"
    )
    queue_max_jobs: int = Field(
        1000,
        alias="QUEUE_MAX_JOBS",
        ge=1,
        le=100_000,
        description="jobs of a queue handed to the workers at once; the rest waits in the database, by priority",
    )
    api_batch_enabled: bool = Field(
        True, alias="API_BATCH_ENABLED", description="several calls of the API in one request"
    )
    api_batch_max_size: int = Field(
        10, alias="API_BATCH_MAX_SIZE", ge=1, le=50, description="calls in one request at most"
    )
    service_timeout: float = Field(
        10.0, alias="SERVICE_TIMEOUT", gt=0, description="seconds an outside call may take"
    )
    service_retry_attempts: int = Field(
        3,
        alias="SERVICE_RETRY_ATTEMPTS",
        ge=1,
        le=10,
        description="tries of an outside call that may be repeated, within SERVICE_TIMEOUT",
    )
    service_circuit_breaker: bool = Field(
        True,
        alias="SERVICE_CIRCUIT_BREAKER",
        description="leave an outside system alone after ten failures in a row; its jobs wait",
    )

    @field_validator("encryption_keys", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not self.encryption_keys:
            raise ValueError("EXODRIVE_ENCRYPTION_KEYS is empty")
        for key in self.encryption_keys:
            Fernet(key.get_secret_value())
        if self.production:
            self._refuse_weak_secrets()
        return self

    def _refuse_weak_secrets(self) -> None:
        for name, secret in (
            ("SECRET_KEY", self.secret_key),
            ("SANDBOX_WEBHOOK_SECRET", self.sandbox_webhook_secret),
            *([("METRICS_TOKEN", self.metrics_token)] if self.metrics_token.get_secret_value() else []),
        ):
            value = secret.get_secret_value()
            if len(value) < _MINIMUM_SECRET or len(set(value)) < 10 or "change" in value.lower():
                raise ValueError(f"{name} must be random and at least {_MINIMUM_SECRET} characters long")
        if not self.base_url.startswith("https://"):
            raise ValueError("BASE_URL must be https:// in production")
        if not self.storage_url:
            raise ValueError("STORAGE_URL must name a folder in production")
        if self.webhook_private_targets:
            raise ValueError("WEBHOOK_PRIVATE_TARGETS cannot be on in production")
        if self.maildir is not None:
            raise ValueError("EXODRIVE_MAILDIR is for development only")
        if not self.rate_limits:
            raise ValueError("RATE_LIMITS cannot be off in production")

    @property
    def storage_folder(self) -> Path:
        """Where files are kept; outside production `.local/files` when nothing is said."""
        if not self.storage_url:
            return Path(".local", "files").resolve()
        return Path(unquote(urlsplit(self.storage_url).path))

    @property
    def production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @property
    def development(self) -> bool:
        return self.environment is Environment.DEVELOPMENT


@cache
def get_settings() -> Settings:
    """The settings of this process; raises pydantic's ValidationError naming every missing variable."""
    return Settings()  # type: ignore[call-arg]  # pydantic-settings fills them from the environment
