"""The reference of the documentation, made from the schemas, the options and the tables in code.

``python -m tests.reference`` writes it; a test fails when a page is outdated.
"""
