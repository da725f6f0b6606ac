"""Results for a person at a terminal."""
