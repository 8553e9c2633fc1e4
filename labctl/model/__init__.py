"""Frozen values without I/O: what a lab is, what was seen, what was concluded."""
