"""What the policy calculator knows of each enterprise, and which policies have changed since people were told."""
