"""Review of a sheet before it is public: official grid, safe-messaging checklist, overrides of the Centre."""
