"""The forms of a chart."""
from __future__ import annotations
from dashboard.pages.visit import Visit
def respond(visit: Visit): ...
