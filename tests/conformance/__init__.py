"""Other people's clients, unmodified, against the paper exchange."""
