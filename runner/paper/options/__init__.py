"""Every point that the documents leave open, as a named option in a group, with a default each."""
