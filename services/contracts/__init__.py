"""What crosses the wire between services: schemas of requests, replies and events. No I/O."""
