"""Measurements of the portal's speed: run bin/bench. Nothing here is a test and nothing fails for being slow."""
