"""The state machines of this app, one module a noun."""
