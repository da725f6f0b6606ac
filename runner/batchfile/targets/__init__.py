"""Reading of a targets file: checks beyond its schema, and the nouns that it describes."""
