"""``python -m geo.cli``: the command where it is not on the path, as a program's own child needs it."""

from geo.cli.main import main

main(prog_name="yizhan")
