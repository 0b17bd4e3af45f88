"""Words everyone shares: messages, errors, clock, working days, numbers, privacy. Imports nothing of ours."""
