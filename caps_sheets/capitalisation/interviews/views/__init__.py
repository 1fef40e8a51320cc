"""The interview screens of the back office."""
