"""Write the demo city's files anew: ``python -m geo.demo``."""

from geo.demo.generate import DEMO_FOLDER, write_demo

if __name__ == "__main__":
    write_demo(DEMO_FOLDER)
