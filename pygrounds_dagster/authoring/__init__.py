"""What authors rely on: measures and proof of what a subtopic shows, and scaffolds for new files."""
