"""What the system says about itself: one structured line an event, with the request or job it belongs to.

Nothing personal is ever logged. Callers pass ids; should a name, an address or a token slip through, the last
processor before the line is written takes it out.
"""

import logging
import re
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any, cast

import orjson
import structlog

from exodrive.settings import Settings

_PERSONAL = frozenset(
    {
        *(
            "address",
            "birth_date",
            "card_number",
            "customer_name",
            "e_mail",
            "email",
            "first_name",
            "last_name",
        ),
        *(
            "licence_country",
            "licence_number",
            "name",
            "phone",
            "recipient",
            "reply_to",
            "street",
            "user_agent",
        ),
        *("authorization", "cookie", "headers", "password", "secret", "token"),
        *("body", "form", "html", "message", "payload", "text"),
    }
)
_REMOVED = "[removed]"
_MAIL_ADDRESS = re.compile(r"[^\s@<>\"'=,;:()]+@[^\s@<>\"'=,;:()]+\.[A-Za-z]{2,}")
_API_KEY = re.compile(r"\bexo_(partner|staff)_\w+")
# Random base 64 nearly always has a capital; slugs and UUIDs never do.
_URL_SECRET = re.compile(r"(?<=[/=])(?=[a-z0-9_-]*[A-Z])[A-Za-z0-9_-]{24,}")


def scrub(text: str) -> str:
    """`text` without mail addresses, keys of the API, and what looks like a token in a path or query."""
    return _URL_SECRET.sub("[token]", _API_KEY.sub("[key]", _MAIL_ADDRESS.sub("[address]", text)))


def _drop_personal(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if key in _PERSONAL:
            event[key] = _REMOVED
        elif isinstance(value, str):
            event[key] = scrub(value)
        elif isinstance(value, Mapping | list | tuple):
            event[key] = _clean(value)
    return event


def _clean(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _REMOVED if key in _PERSONAL else _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return scrub(value) if isinstance(value, str) else value


def _to_json(event: Any, **_: Any) -> str:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _shared() -> list[structlog.typing.Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]


class _OwnHandler(logging.Handler):
    """The one handler of ours, so that configuring twice replaces it and leaves those of others alone."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stdout.write(self.format(record) + "\n")
            sys.stdout.flush()
        except Exception:  # noqa: BLE001  a line that cannot be written must not stop the work
            self.handleError(record)


def _formatter(style: str) -> logging.Formatter:
    line: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(serializer=_to_json)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty(), event_key="event", timestamp_key="at")
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _drop_personal,
            line,
        ],
    )


def configure(settings: Settings) -> None:
    """Send the lines of this process, and those of the libraries, to standard output: JSON or for a console."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = _OwnHandler()
    handler.setFormatter(_formatter(settings.log_format))
    root = logging.getLogger()
    for known in [known for known in root.handlers if isinstance(known, _OwnHandler)]:
        root.removeHandler(known)
    root.addHandler(handler)
    root.setLevel(settings.log_level.upper())
    for chatty in ("flask_wtf.csrf", "flask-limiter", "httpx", "urllib3", "celery.redirected"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module: `log = observe.logger(__name__)`, then `log.info("hold.made", booking_id=…)`."""
    return cast(structlog.stdlib.BoundLogger, structlog.get_logger(name))


@contextmanager
def bind(**fields: Any) -> Iterator[None]:
    """Put `fields` (request_id, actor, route, job_id …) on every line said inside the block, by anyone."""
    bound = structlog.contextvars.bind_contextvars(**fields)
    try:
        yield
    finally:
        structlog.contextvars.reset_contextvars(**bound)
