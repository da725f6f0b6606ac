"""Plans and their reviews for a person at a terminal, and the question that follows them."""
