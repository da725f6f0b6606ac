"""The measure of second looks: honest batches in which nothing is flagged, and single mistakes that are."""
