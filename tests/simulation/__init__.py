"""Whole runs in one loop: engine, client session, server session and exchange, without Trio or sockets."""
