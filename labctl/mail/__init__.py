"""Mail clients that keep a transcript, and pure parsers of what mail servers write."""
