"""人事建议: what a street proposes about somebody seconded to it, and what it is answered (P48)."""
