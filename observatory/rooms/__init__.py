"""The rooms: one folder for each part of the product, all with the same few files."""
