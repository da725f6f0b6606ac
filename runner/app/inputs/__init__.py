"""The files of a command: batch, policies, saved plan, another revision, other runs."""
