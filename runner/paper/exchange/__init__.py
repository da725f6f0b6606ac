"""The exchange's decisions: may an order come in, what does it trade, and when."""
