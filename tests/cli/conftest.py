"""The same shell as in the tests of the commands."""

from tests.app.conftest import shell, skipped_waits

__all__ = ["shell", "skipped_waits"]
