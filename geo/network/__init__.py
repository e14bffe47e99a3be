"""How far it is along streets: arrays in, values out. Nothing here reads a file, a database or a clock."""
