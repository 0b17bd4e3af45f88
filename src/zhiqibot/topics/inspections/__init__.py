"""入企检查备案、企业宁静日、未备案检查: who may come in, and who may be sent away."""
