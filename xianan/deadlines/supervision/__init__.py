"""Reads, forms and tables of work plans, orders and circulars."""
