"""The demonstration content: text files, tables, and the modules that turn them into pages."""
