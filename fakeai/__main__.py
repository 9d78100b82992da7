"""`python -m fakeai` is the command line."""

from fakeai.cli.main import main

main()
