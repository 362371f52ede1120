"""Faults on purpose: real workers, a real broker, killed at the worst moment. Run bin/prove."""
