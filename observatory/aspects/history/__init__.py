"""What happened to a record: who, for whom, when, and each field's old and new text, in sentences people read."""
