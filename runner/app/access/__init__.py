"""The way to an account, and to the person who waits for it."""
