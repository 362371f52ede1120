"""经验做法: what a street does well, published for the others (P40)."""
