"""The bare Django view that pages of the portal are compared with, in the portal's own process and settings."""
