"""Run gridcalc from a checkout: ``python cli.py check riverside.yaml``."""

from gridcalc.cli.main import main

if __name__ == "__main__":
    main()
