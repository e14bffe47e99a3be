"""Calculations on arrays: who is covered, when, and who is not and why. No database, no file, no clock."""
