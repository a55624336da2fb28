"""Two small services for tests of the bus, `echo` and `mirror`, run by the chassis as any service of the house."""
