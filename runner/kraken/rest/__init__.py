"""Answers of the REST API: public data, fees, and what a key may do."""
