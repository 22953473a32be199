"""Publishers: each module fetches one publisher's service and parses its payloads into observations."""
