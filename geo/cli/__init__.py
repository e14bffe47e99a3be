"""The ``yizhan`` command: one module for each kind of work."""

from geo.cli.main import main

__all__ = ["main"]
