"""order-batch: order plans kept in git, applied exactly once over Kraken's WebSocket API v1."""

__version__ = "0.1.0"
TOOL = f"order-batch {__version__}"
