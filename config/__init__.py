"""What we hold to be true: places, pillars, sources, indicators, method, and the form of a snapshot."""

from config.catalogue import ConfigError, load

__all__ = ["ConfigError", "load"]
