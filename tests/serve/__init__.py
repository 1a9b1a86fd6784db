"""Tests of `kg serve`, most of them against servers in processes of their own."""
