"""Messages: visitors write to a CLSM or to the Centre, coordinators to the Centre; both answer from the portal."""
