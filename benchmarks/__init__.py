"""What Footnote's speed, memory and size are measured with: each figure is a ratio against a limit of the same run."""
