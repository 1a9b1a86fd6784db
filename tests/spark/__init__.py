"""Tests of builds on a cluster, run by `make spark`."""
