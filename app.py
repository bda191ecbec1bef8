"""Starts the application: `flask --app app …`, or `app:app` for a WSGI server."""

from register import create_app

app = create_app()
