"""The confirmation letter of a department and a street: sent, signed by both, refused or withdrawn (P09)."""
