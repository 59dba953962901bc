"""People, the mandates under which they act for organisations, and how they sign in."""
