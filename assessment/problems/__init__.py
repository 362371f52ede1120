"""整改问题: what a street has to put right after an assessment (P40)."""
