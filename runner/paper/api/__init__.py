"""The exchange's methods and feeds, as v1 and REST know them."""
