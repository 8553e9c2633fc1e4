"""French texts: one module an area, each with ``TEXTS``, English template to French template."""
