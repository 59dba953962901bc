"""The Observatory: what was promised, what was done, and where anyone finds it again."""

__version__ = "0.1.0"
