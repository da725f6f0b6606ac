"""The cancelOrder of a group, and the outcome of each id in it."""
