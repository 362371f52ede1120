"""豁免: why a department need not second anybody to a street (P11)."""
