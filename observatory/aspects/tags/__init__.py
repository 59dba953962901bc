"""Tags: a short list of subjects that any record may carry, so that what belongs together is found together."""
