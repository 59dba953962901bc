"""Organisations: companies, communities, public bodies, universities and everyone else who acts here.

Who they are, where they belong, who controls them and what they were called before. People act for them under
mandates (observatory/people); everything that has a keeper is kept by one of them.
"""
