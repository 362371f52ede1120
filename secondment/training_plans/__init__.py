"""年度培训计划: the sessions that a department plans for a year (P14)."""
