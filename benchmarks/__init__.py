"""Measurements of the service on servers of their own; `make help` lists them."""
