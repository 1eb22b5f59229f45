"""Every number of a deployment: the files in `config/`, read, checked and derived from."""
