"""The business: a folder each, same file names (model, service, dialogue); topics never import each other."""
