"""下沉: one secondment in a street, from its registration to its end (P11, P12)."""
