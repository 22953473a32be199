"""The forms in which Eurostat publishes: each module turns text or bytes of one form into plain rows."""
