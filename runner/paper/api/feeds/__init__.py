"""Feeds: who has subscribed to what, and the messages that each of them gets."""
