"""Benchmarks: each prints ratios against a limit taken in the same run."""
