"""The tests. `make test` runs them all; conftest.py lists the fixtures they stand on."""
