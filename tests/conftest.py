"""Settings of all tests."""

from __future__ import annotations

import os

from hypothesis import settings

# The same examples each time, so that a change is judged by what it changed; HYPOTHESIS_PROFILE=search looks for
# new ones.
settings.register_profile("repeat", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeat"))
