"""From observations to scores: pure functions on frames; no files, no sockets, no clock."""
