"""The planner's use case: who is covered and who is not, why, and what would help."""
