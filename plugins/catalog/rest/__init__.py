"""Backstage's REST API of the catalog (@backstage/plugin-catalog-backend 4.0.0), one module a group of routes."""
