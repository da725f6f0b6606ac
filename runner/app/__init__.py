"""The recipes behind the verbs, one module each. Import a module only when its verb is used."""
