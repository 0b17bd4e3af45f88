"""智企: an assistant for enterprise-service work that lives in the messaging apps people already use."""

__version__ = "0.1.0"
