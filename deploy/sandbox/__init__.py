"""The outside world on one machine: a bank and a mail server that do what real ones do, except with real money and real mail."""
