"""Who may do what: the one table of every page and every act. The app refuses a route that is not in it.

Whose stations somebody may do it with is said in one place, too: `geo.upkeep.scope`.
"""

from enum import StrEnum

from geo.model.people import Right

__all__ = ["RULES", "Open"]


class Open(StrEnum):
    """What asks for no account. ``PUBLIC``: no cookie either. ``SIGN_IN``: with a form's token."""

    PUBLIC = "public"
    SIGN_IN = "sign_in"


_PUBLIC = (
    # The finder and what it stands on
    "api.nearest", "api.station", "api.stations", "areas.area", "areas.areas", "basemap.tile", "cities.page",
    "downloads.stations", "finder.page", "health.healthz", "health.readyz", "openapi.openapi", "openapi.page",
    "packs.live", "packs.pack", "phone.away", "phone.manifest", "phone.table", "phone.worker", "sheets.page",
    "sheets.poster", "sheets.sign", "static_file", "stations.page", "street_packs.streets", "way.page",
    "way.route",
    # Embedding
    "embed.page", "embed_files.loader", "embed_files.theme", "embed_make.page", "oembed.answer",
    # Planning
    "plan.compare.page", "plan.files.map_frame", "plan.files.report", "plan.page", "plan.site.certificate",
    "plan.study.again", "plan.study.ask_delete", "plan.study.cancel", "plan.study.delete", "plan.study.page",
    "plan.study.progress", "plan.submit", "plan_tables.page", "plan_tables.rows",
    # Reports and their tickets
    "report.form", "report.send", "tickets.more", "tickets.page", "tickets.take_back",
    # Photos of stations, the page on privacy, signed links
    "confirm.page", "confirm.answer", "confirm.prove", "confirm.proved", "confirm.end", "confirm.ended",
    "admin_notices.feed", "photos.picture", "privacy.page",
)  # fmt: skip

RULES: dict[str, Open | Right] = {
    **dict.fromkeys(_PUBLIC, Open.PUBLIC),
    # Signing in, accounts, the log
    "admin_sign.page": Open.SIGN_IN,
    "admin_sign.enter": Open.SIGN_IN,
    "admin_sign.leave": Open.SIGN_IN,
    "admin_account.page": Right.VIEW,
    "admin_account.password": Right.VIEW,
    "admin_account.sessions": Right.VIEW,
    "admin_account.data": Right.VIEW,
    "admin_people.page": Right.PEOPLE,
    "admin_people.add": Right.PEOPLE,
    "admin_people.person": Right.PEOPLE,
    "admin_people.change": Right.PEOPLE,
    "admin_people.stations": Right.PEOPLE,
    "admin_people.password": Right.PEOPLE,
    "admin_people.active": Right.PEOPLE,
    "admin_people.data": Right.PEOPLE,
    "admin_people.erase": Right.PEOPLE,
    "admin_log.page": Right.AUDIT,
    # Stations: table, form, history, photos, merging
    "admin_table.page": Right.VIEW,
    "admin_table.save": Right.VIEW,
    "admin_table.drop": Right.VIEW,
    "admin_stations.new": Right.EDIT,
    "admin_stations.create": Right.EDIT,
    "admin_stations.page": Right.VIEW,
    "admin_stations.save": Right.EDIT,
    "admin_stations.hours": Right.EDIT,
    "admin_history.page": Right.VIEW,
    "admin_history.undo": Right.EDIT,
    "admin_photos.page": Right.VIEW,
    "admin_photos.add": Right.EDIT,
    "admin_photos.rename": Right.EDIT,
    "admin_photos.drop": Right.EDIT,
    "admin_checklist.page": Right.VIEW,
    "admin_checklist.save": Right.EDIT,
    "admin_bulk.page": Right.EDIT,
    "admin_bulk.change": Right.EDIT,
    "admin_bulk_undo.page": Right.EDIT,
    "admin_bulk_undo.undo": Right.EDIT,
    "admin_merge.page": Right.EDIT,
    "admin_merge.merge": Right.EDIT,
    "admin_merge.set_apart": Right.EDIT,
    "admin_merge.take_apart_back": Right.EDIT,
    # Equipment, closures, visits
    "admin_facts.page": Right.VERIFY,
    "admin_facts.begin": Right.VERIFY,
    "admin_facts.end": Right.VERIFY,
    # Import and export
    "admin_imports.page": Right.EDIT,
    "admin_imports.upload": Right.EDIT,
    "admin_imports.columns": Right.EDIT,
    "admin_imports.set_columns": Right.EDIT,
    "admin_imports.system": Right.EDIT,
    "admin_imports.set_system": Right.EDIT,
    "admin_imports.check": Right.EDIT,
    "admin_imports.mend": Right.EDIT,
    "admin_imports.load": Right.EDIT,
    "admin_imports.cancel": Right.EDIT,
    "admin_imports.undo": Right.EDIT,
    "admin_exports.page": Right.EXPORT,
    "admin_exports.stations": Right.EXPORT,
    "admin_exports.ledger": Right.EXPORT,
    "admin_exports.template": Right.EDIT,
    # Verification, the worklist, notices
    "admin_todo.page": Right.VERIFY,
    "admin_verify.page": Right.VERIFY,
    "admin_verify.answer": Right.VERIFY,
    "admin_inspection.sheets": Right.VERIFY,
    "admin_notices.page": Right.VERIFY,
    "admin_notices.change": Right.VERIFY,
    # Reports, orders
    "admin_tickets.page": Right.VIEW,
    "admin_tickets.one": Right.VIEW,
    "admin_tickets.photo": Right.VIEW,
    "admin_tickets.answer": Right.VERIFY,
    "admin_tickets.assign": Right.VERIFY,
    "admin_tickets.close": Right.VERIFY,
    "admin_orders.page": Right.VIEW,
    "admin_orders.one": Right.VIEW,
    "admin_orders.answer": Right.VERIFY,
    # Figures, person-times
    "admin_figures.page": Right.VIEW,
    "admin_figures.units_table": Right.EXPORT,
    "admin_figures.visits_table": Right.EXPORT,
    "admin_counts.page": Right.VERIFY,
    "admin_counts.add": Right.VERIFY,
    "admin_counts.upload": Right.VERIFY,
}
"""By endpoint: open, or the right that somebody signed in must have."""
