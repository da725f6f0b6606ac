"""The ledger of a team on PostgreSQL: one journal for several runners, desks and machines on an account."""
