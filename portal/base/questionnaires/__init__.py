"""Questionnaires in short steps, saved as they are typed: declared by a room, shown and saved here."""
