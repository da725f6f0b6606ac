"""A second exchange: it follows the documented protocol and shares no code with this project.

It imports nothing of ours and no Trio, so a misreading of the protocol that our client and our own
simulated exchange have in common shows up here. It runs as another process
(``python -m tests.acceptance.foreign --script FILE``), does what its script says, and keeps a ledger
of all that it received, sent and booked, which is served under ``GET /ledger``.
"""
