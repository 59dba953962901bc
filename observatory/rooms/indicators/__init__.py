"""Figures that everyone shares: what is measured and how, its series with source and date, its targets, and the whole history
of each figure. Whoever brings figures is never the one who validates them; what is published is only ever superseded."""
