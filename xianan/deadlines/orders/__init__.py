"""督办单、通报: out of overdue matters to a signed paper, its copies received, answered and judged (P34)."""
