"""How long labctl takes, beside what the engine and Python take for the same: ``make bench``."""
