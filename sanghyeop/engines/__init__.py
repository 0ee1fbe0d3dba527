"""Pure decisions: arrays in, arrays out. No Django, no clock, no files."""
