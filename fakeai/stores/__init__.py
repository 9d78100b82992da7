"""State that outlives a request: buckets and bans, each within a bound."""
