"""``python -m litclaims`` is the command ``litclaims``."""

from litclaims.cli import main

if __name__ == "__main__":
    main()
