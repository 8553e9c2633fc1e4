"""A lab definition: its schema, and reading one; each complaint has a file, a line and a key."""
