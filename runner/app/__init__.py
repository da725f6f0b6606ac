"""One function a verb: wiring only. Import a module when its verb is used; they load what they need."""
