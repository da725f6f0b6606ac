"""The end of open orders of an account: which of them, and how it is made sure."""
