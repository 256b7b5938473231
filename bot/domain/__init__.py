"""The rules of the house: values in, values out. Standard library only; no await, no clock, no randomness of its own."""
