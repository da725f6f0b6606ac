"""The market as everybody sees it: depth, trades, candles. Decided elsewhere, kept and reckoned here."""
