"""The exchange as a person or a test steers it: what they see, and what they may do."""
