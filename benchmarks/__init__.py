"""What is promised about speed, measured against named baselines: ``python -m benchmarks.<name>``."""
