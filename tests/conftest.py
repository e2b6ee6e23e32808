"""Settings that all tests share."""

import os

from hypothesis import settings

# No test depends on how fast the machine is, and none on chance: the same examples every time.
# HYPOTHESIS_PROFILE=explore looks for new ones.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
