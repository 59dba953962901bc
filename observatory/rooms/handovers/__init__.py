"""Handovers: at the end of a term the office that goes tells the one that comes what there is, item by item, in public."""
