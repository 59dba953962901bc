"""Commitments: what was promised, by whom and by when, what its parties report, and what others find when they look.

A promise is proposed by whoever heard it, accepted by whoever owes it, reported on with evidence, and verified by somebody
of another sector. What is claimed is never what is verified, and only a decision of a participation body moves a date.
"""
