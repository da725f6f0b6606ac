"""Tables and columns that fit into a terminal."""
