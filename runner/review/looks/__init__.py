"""Second looks: orders that are valid and all the same may not be what was meant.

Each kind has a module: it compares an order with the market, with its own prices, with its peers, with its
neighbours, with the version before, or with the account. Nothing here refuses anything; a policy may.
"""
