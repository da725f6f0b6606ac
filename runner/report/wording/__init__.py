"""The words that every format uses, one module for each thing that is spoken of."""
