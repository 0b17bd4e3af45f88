"""What a message names: dates, people, scores, offices, firms, places; one file a family, `reader.py` over them."""
