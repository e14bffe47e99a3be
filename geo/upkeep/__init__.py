"""Keeping the registry true: who may do what, what was reported and answered, what holds for a time."""
