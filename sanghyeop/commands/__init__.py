"""Work that needs no server: one package per sub-command. No Django."""
