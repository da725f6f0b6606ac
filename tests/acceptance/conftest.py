"""The same shell as in the tests of the commands, for what need not be a process of its own."""

from tests.app.conftest import quick_attempts, shell

__all__ = ["quick_attempts", "shell"]
