"""labctl: a real Postfix and a real Dovecot in Docker, and exercises that show what they do."""

__version__ = "0.1.0"
