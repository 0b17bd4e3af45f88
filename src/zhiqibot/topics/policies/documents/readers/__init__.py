"""One reader a kind of file; each turns bytes into lines and tables, inside the child process."""
