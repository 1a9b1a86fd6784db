"""Tests: one file for each module, and one for each promise of the README."""
