"""The desk: files that people bring go into the registers in one piece, and each such batch can be looked up."""
