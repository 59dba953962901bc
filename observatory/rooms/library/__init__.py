"""The library: texts that people quote and look things up in, such as laws, plans and studies, whole and readable here, each
about a place or an organisation."""
