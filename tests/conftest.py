"""What holds for every test: hypothesis never fails a test for being slow on a busy machine."""

from hypothesis import HealthCheck, settings

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("default")
