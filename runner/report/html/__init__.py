"""``--format html``: one page that needs nothing else, neither a network nor a script."""
