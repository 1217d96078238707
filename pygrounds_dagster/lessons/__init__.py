"""Courses: lessons made of steps, each with code that is proven to pass its tests."""
