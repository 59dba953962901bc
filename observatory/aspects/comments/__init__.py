"""Comments: what people say about any record, in threads, and what moderators do about it, in public."""
