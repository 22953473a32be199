"""One module a page: from the address and the scores to a view model."""
