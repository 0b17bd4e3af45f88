"""YAML content to objects; every mistake is reported at once as `file: field: reason`."""
