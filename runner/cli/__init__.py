"""The command line. Importing it loads click and nothing heavier; each verb loads what it needs."""

from .main import main

__all__ = ["main"]
