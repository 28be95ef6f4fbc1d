"""Run gridcalc as a module: ``python -m gridcalc check riverside.yaml``."""

from gridcalc.cli.main import main

if __name__ == "__main__":
    main()
