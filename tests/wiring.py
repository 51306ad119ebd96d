"""The product's container and application: wired once in a process, lent to every test as if they were new.

Wiring takes them longer than most tests take. What they know, the graph and the routes, stays from test to test; what
they have made, the instances, which may remember something, does not.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

import wireup
from flask import Flask

from exodrive.app import create_app
from exodrive.container import create_container
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.services.account.passwords import Passwords
from exodrive.settings import Settings
from tests.staff import quick_passwords


class Wiring:
    """For one set of settings."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._container = create_container(settings, database=database)
        # Once it has made an instance, wireup puts the instance in the place of its maker.
        self._makers = {key: made.factory for key, made in self._container._compiler.factories.items()}

    @contextmanager
    def lent(self, clock: Clock, database: Database) -> Iterator[wireup.SyncContainer]:
        """The container, by the test's clock and with quick passwords."""
        given = {Clock: clock, Database: database, Passwords: quick_passwords()}
        with self._container.override(given):
            yield self._container
        self._container.close()
        self._container._global_scope_objects.clear()
        for key, maker in self._makers.items():
            self._container._compiler.factories[key].factory = maker

    @contextmanager
    def lent_app(self) -> Iterator[Flask]:
        """The application on the container. What a test sets in `config` and `extensions` is undone; who changes more
        makes an application of their own."""
        app = self._app
        config, extensions = dict(app.config), dict(app.extensions)
        yield app
        app.config.clear()
        app.config.update(config)
        app.extensions.clear()
        app.extensions.update(extensions)

    @cached_property
    def _app(self) -> Flask:
        return create_app(self._settings, container=self._container)
