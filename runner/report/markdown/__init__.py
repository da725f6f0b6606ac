"""Results as Markdown: a file, a comment, a step summary."""
