"""Questions to the catalog, in SQL over its search rows, the same for the API and for pages."""
