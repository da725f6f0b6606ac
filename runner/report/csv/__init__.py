"""Tables for spreadsheets: RFC 4180, safe to open."""
