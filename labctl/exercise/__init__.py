"""Exercises as data: loading, checking and judging them. Pure; verbs run them."""
