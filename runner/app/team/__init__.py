"""The ledger of a team, behind the verbs. psycopg is loaded where one is named."""
