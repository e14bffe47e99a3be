"""The least a Flask application can do: what any other is measured against."""

from flask import Flask

__all__ = ["create"]


def create() -> Flask:
    """Return an application whose every route says ok."""
    app = Flask(__name__)
    app.add_url_rule("/healthz", view_func=lambda: "ok", endpoint="hello")
    return app
