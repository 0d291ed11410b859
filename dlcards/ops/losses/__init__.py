"""Losses by task: regression, classification, ranking, sequence, image, generative, reinforcement."""
