"""What the project promises about speed, measured against named baselines: ``python -m benchmarks.<name>``."""
