"""Messages worth a second look: kept (masked), reviewed by the operator, learnt from."""
