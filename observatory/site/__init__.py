"""The house's own pages: home, search, feeds, exports, health and what stands in the footer. They know no room."""
