"""The formats that services of CI read: annotations of code scanning, and test results."""
