"""Values with their places in a file, and functions on them."""
