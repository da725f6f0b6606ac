"""Groups: their order, their ends, and the outcome of a run."""
