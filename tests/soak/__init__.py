"""The paper exchange for a long time: many messages, many connections, faults all the while."""
