"""Words that every room uses: documents, problems, errors, clock, chance."""
