"""The exchange on loopback: WebSocket, REST and the control page."""
