"""考核申诉: what a street holds against its points of one indicator, and the answer (P40)."""
