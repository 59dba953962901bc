"""Links: one record supports, contradicts, continues or cites another, and both say so."""
