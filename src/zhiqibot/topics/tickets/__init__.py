"""诉求: from a report to its closing, with deadlines in working days."""
