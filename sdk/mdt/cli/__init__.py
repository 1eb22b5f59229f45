"""The commands: sessions, sending and scheduling calls, output, and a file for each group."""
