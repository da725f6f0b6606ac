"""Access to an account, and messages for the person who waits for it."""
