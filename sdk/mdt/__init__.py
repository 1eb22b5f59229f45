"""ModernTensor tokenomics: the model, the oracle and the tools around the MDT contracts."""

__version__ = "0.1.0"
