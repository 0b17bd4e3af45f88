"""Greetings, help, hand-over to a person, and what is none of our business."""
