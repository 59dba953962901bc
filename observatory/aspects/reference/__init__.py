"""Reference: what stewards state of any record. Sourced facts, the sources themselves, and who keeps the page."""
