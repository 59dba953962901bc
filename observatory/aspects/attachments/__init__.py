"""Attachments: documents and photographs on any record, safe to publish and to open, and found by their words."""
