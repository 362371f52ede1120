"""A package, not only a folder: a fixture of package scope ends with it, or else with the session."""
