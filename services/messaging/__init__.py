"""What is said: notices in the citizen's mailbox, and e-mail that tells of them without their content."""
