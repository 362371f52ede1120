"""培训场次: sessions of training, planned, moved, cancelled, held (P14, P17)."""
