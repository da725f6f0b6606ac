"""The same shell as in the tests of the commands."""

from tests.app.conftest import shell

__all__ = ["shell"]
