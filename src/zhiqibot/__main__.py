"""`python -m zhiqibot` is the same as the command `zhiqibot`."""

from zhiqibot.cli import main

if __name__ == "__main__":
    main()
