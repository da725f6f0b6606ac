"""Messages, their text, and what becomes of them as events."""
