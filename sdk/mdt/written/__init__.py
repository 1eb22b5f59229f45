"""What a person writes in files and on command lines: read strictly, with the place of every value."""
