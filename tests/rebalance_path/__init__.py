"""A repository, a market that moves, and the steps of a scheduled rebalance, week after week."""
