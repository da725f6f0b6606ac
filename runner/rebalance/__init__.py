"""Target weights and a snapshot of market and account become a table and a batch. No I/O, no clock."""
