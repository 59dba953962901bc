"""What any record can carry, whatever its room."""
