"""How the exchange misbehaves, and how it is steered."""
