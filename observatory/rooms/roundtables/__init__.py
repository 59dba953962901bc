"""Roundtables: bodies in which several sectors sit together, their sessions from agenda to minutes, and what they agreed."""
