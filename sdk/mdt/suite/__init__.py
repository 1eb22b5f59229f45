"""A deployment, opened: its records, its contracts by name, who is who, and calls ready to be sent."""
