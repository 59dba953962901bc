"""Places: the country, its departments, provinces and districts, and the sites where minerals are taken.

Territories carry two code systems side by side (INEI and RENIEC): the same six digits may name different districts, so
a code is never read without its system. Sites say who operates them and in which districts they produce, by date and
with the document each statement rests on.
"""
