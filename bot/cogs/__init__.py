"""What users type and click: parse, check, one service call, render."""
