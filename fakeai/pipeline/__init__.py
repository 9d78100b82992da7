"""The contract that stages share: Exchange, Stage, run."""
