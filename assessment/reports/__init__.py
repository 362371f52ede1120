"""街道自评: what a street says of its year, indicator by indicator, and submits (P37)."""
