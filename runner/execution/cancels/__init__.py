"""The cancelOrder of a group, and what became of each id in it."""
