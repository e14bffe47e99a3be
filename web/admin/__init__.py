"""The back office: pages for those who keep the registry, a blueprint a module."""

from types import ModuleType

from web.admin import (
    account,
    bulk,
    bulk_undo,
    checklist,
    counts,
    exports,
    facts,
    figures,
    history,
    imports,
    inspection,
    log,
    merge,
    notices,
    orders,
    people,
    photos,
    sign,
    stations,
    table,
    tickets,
    todo,
    verify,
)

__all__ = ["MODULES"]

MODULES: tuple[ModuleType, ...] = (
    account,
    bulk,
    bulk_undo,
    checklist,
    counts,
    exports,
    facts,
    figures,
    history,
    imports,
    inspection,
    log,
    merge,
    notices,
    orders,
    people,
    photos,
    sign,
    stations,
    table,
    tickets,
    todo,
    verify,
)
"""The modules that have a ``blueprint``."""
