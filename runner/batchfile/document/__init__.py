"""Values with their places in a file, and questions about them."""
