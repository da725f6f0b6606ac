"""The crash matrix: the real command line, killed at every durable write and at every send, then run again.

``dying`` is a run that kills itself, ``processes`` starts runs, ``scenario`` is one death and what comes
after it, and ``python -m tests.crash`` goes through all of them and prints what it counted.
"""
