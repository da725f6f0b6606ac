"""A team in one loop: two to five runners, one ledger and one exchange, all of which fail, from a seed.

Engine, plans, journal and policy are the real code; the ledger is a model of what PostgreSQL promises.
"""
