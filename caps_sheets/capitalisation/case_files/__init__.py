"""Case files: board, list, page of one file, opening, framing criteria, figures."""
