"""The same shell as in the tests of the commands, for tests that need no other process."""

from tests.app.conftest import quick_attempts, shell, short_cancel_wait, skipped_waits

__all__ = ["quick_attempts", "shell", "short_cancel_wait", "skipped_waits"]
