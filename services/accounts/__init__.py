"""Who you are: citizens, staff, sessions, the portal network and its offices."""
