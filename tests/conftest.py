"""What holds for all tests."""

from hypothesis import settings

# How long one example takes depends on what else the machine does: it proves nothing.
settings.register_profile("labctl", deadline=None)
settings.load_profile("labctl")
