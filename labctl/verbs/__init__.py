"""Use cases, one a file: they join engine, mail, render, exercise; return values; print nothing."""
