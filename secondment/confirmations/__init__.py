"""What streets say to sessions that were entered after their quarter (P14)."""
