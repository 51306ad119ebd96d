"""The web application: container in, doors mounted; nothing else."""

import redis
import wireup
import wireup.integration.flask
from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from exodrive import resources
from exodrive.admin import blueprints as staff_blueprints
from exodrive.api import files as api_files
from exodrive.api import reference
from exodrive.api.door import Door
from exodrive.container import create_container
from exodrive.core import observe
from exodrive.http import assets, context, errors, guards, headers, health, limits, render
from exodrive.http.limits import Counter
from exodrive.settings import Settings, get_settings
from exodrive.web import documents, mail_events, photos, unsubscribe, webhook
from exodrive.web.booking import manage
from exodrive.web.booking import pages as booking
from exodrive.web.content import pages, robots
from exodrive.web.fleet import pages as fleet
from exodrive.web.mailbox import pages as mailbox
from exodrive.web.sandbox import pages as sandbox

BLUEPRINTS = (
    health.blueprint,
    assets.blueprint,
    fleet.blueprint,
    booking.blueprint,
    manage.blueprint,
    documents.blueprint,
    photos.blueprint,
    pages.blueprint,
    robots.blueprint,
    webhook.blueprint,
    mail_events.blueprint,
    unsubscribe.blueprint,
    sandbox.blueprint,
    mailbox.blueprint,
    api_files.blueprint,
    reference.blueprint,
    *staff_blueprints.BLUEPRINTS,
)
_MEGABYTE = 1024 * 1024


def create_app(settings: Settings | None = None, container: wireup.SyncContainer | None = None) -> Flask:
    """The application, ready to serve. Raises `Unguarded` when a route does not declare who may enter."""
    settings = settings or get_settings()
    container = container or create_container(settings)
    observe.configure(settings)
    app = Flask("exodrive", static_folder=None, template_folder=str(resources.path("templates")))
    app.config.from_mapping(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        MAX_CONTENT_LENGTH=_MEGABYTE,
        MAX_FORM_MEMORY_SIZE=_MEGABYTE // 4,
        MAX_FORM_PARTS=200,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a form left open must not lose what was typed
        WTF_CSRF_SSL_STRICT=False,  # it wants a Referer, which pages reached by a token do not send
    )
    pool = container.get(redis.Redis).connection_pool
    door = Door(app.wsgi_app, container, settings, Counter(pool, enabled=settings.rate_limits))
    app.extensions["exodrive.api"] = door
    app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # flask's documented way
        door, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies, x_prefix=0
    )
    context.install(app, settings)
    errors.install(app)
    guards.install(app)
    headers.install(app, settings)
    render.install(app, settings)
    limits.install(app, settings, pool)
    csrf = CSRFProtect(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    guards.check_routes(app)
    guards.free_of_csrf(app, csrf)
    wireup.integration.flask.setup(container, app)
    limits.apply(app)
    return app
