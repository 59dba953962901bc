"""Translations: a record's name and text in another language, marked when the original has changed since."""
