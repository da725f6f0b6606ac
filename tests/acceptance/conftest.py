"""The same shell as in the tests of the commands, for what need not be a process of its own."""

from tests.app.conftest import shell

__all__ = ["shell"]
