"""Settings that every test shares."""

from hypothesis import settings

# How long an example takes depends on the machine, so no test may fail for it.
settings.register_profile("tradetalks", deadline=None, print_blob=True)
settings.load_profile("tradetalks")
