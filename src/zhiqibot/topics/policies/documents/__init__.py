"""Policy documents brought in as files: opened in a child process, read into clauses, approved, searched."""
