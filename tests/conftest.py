"""Settings that all tests share."""

import os

from hypothesis import Phase, settings

# No test depends on how fast the machine is, and none on chance: the same examples every time.
# `make coverage` tries five times as many of them (`thorough`).
# HYPOTHESIS_PROFILE=explore looks for new ones; with `first` the first that fails is not made
# simpler, which is quicker where only its failing counts.
settings.register_profile("same", deadline=None, derandomize=True, max_examples=20)
settings.register_profile("thorough", deadline=None, derandomize=True, max_examples=100)
settings.register_profile(
    "first", deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate]
)
settings.register_profile("explore", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

# Sweeps that do not say who plays are played by objects: none waits for machine code, or makes it.
os.environ["TRADETALKS_ENGINE"] = "object"
