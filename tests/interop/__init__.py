"""Tests that start real triple stores; `make interop` installs these and runs them."""
