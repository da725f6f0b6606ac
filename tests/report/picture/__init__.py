"""The picture of a review comment: ``python -m tests.report.picture review.md review.png``."""
