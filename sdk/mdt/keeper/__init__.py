"""An epoch's cycle from collecting to settling, and its verification by anyone."""
