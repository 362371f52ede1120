"""上派下挂: somebody of a street sent up to learn, or of a department sent down to guide (P10)."""
