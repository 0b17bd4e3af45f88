"""The web side: chat page, its live connections and files, webhooks of other channels, health and metrics."""
