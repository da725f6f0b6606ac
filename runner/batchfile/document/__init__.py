"""Values with their places in a file, and what can be asked of them."""
