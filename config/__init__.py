"""What we hold to be true: places, pillars, sources, indicators, method, and the form of a snapshot."""
