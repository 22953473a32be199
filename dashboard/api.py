"""The HTTP interface for programs, version 1: indicators, places, scores, snapshots, and its OpenAPI description."""

from __future__ import annotations

from flask import Flask

from dashboard.site import Site


def add_routes(server: Flask, site: Site) -> None:
    """Add the routes of the interface."""
