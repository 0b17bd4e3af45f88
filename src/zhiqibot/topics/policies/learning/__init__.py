"""What the desk could not answer: collected, given to a named interpreter (政策解读员), answered, told, and known from then on."""
