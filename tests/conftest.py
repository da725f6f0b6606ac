"""What holds for every test: hypothesis never fails a test for being slow on a busy machine, and what Python
has compiled is kept, whatever the surroundings say: hundreds of processes would compile it all again."""

import os
import sys

from hypothesis import HealthCheck, settings

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("default")

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
