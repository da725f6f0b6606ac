"""The crash matrix of a team: five real processes, one PostgreSQL, one exchange, and trouble at every write.

``victim`` is a run that kills or stops itself, ``proxy`` cuts its connection to the ledger, ``trial`` is one
trouble and what comes after it, and ``python -m tests.crash.team`` goes through all of them and counts.
"""
