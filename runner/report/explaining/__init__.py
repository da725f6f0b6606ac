"""The meaning of each code, and what to do about it. Its modules are loaded one at a time."""
