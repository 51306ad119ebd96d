"""Entry point of the web server: `granian --interface wsgi wsgi:app`."""

from exodrive.app import create_app

app = create_app()
