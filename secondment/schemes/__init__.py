"""考核细则: the rules by which both sides score, in versions (P30)."""
