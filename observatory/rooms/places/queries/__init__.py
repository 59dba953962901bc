"""Reading places: territories and sites, each in its own module."""
