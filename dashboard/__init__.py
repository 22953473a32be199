"""The dashboard: scores to pages, embeds, downloads and the HTTP interface."""
