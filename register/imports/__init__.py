"""Bringing records in from outside: the founding seed."""
