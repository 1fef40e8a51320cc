"""Reading a sheet before it is public: the official grid, the safe-messaging checklist, what the Centre waives."""
