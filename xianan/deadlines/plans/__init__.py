"""工作计划: tasks with nodes, each a date that an organization owes and reports (P47)."""
