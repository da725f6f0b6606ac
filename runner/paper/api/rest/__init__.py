"""REST: which calls there are, who may make them, and how each is answered."""
