"""Error texts of the exchange: their kinds for a run, their meaning and their cures for people."""
