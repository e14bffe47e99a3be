"""Our own workbook to fill in: what its sheets are called, and its version."""

__all__ = ["DATA_SHEET", "GUIDE_SHEET", "TEMPLATE_VERSION", "VERSION_LABEL"]

DATA_SHEET = "站点"
GUIDE_SHEET = "填写说明"
VERSION_LABEL = "模板版本"
"""The cell of the guide beside which the version stands."""

TEMPLATE_VERSION = "2026.11"
"""Raised when a column comes, goes or means something else: year and month, so that text order is time."""
