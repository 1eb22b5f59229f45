"""Every error the package raises on purpose inherits `MDTError` and a builtin, and says what to do."""


class MDTError(Exception):
    """Base of all errors raised on purpose by this package."""


class ConfigError(MDTError, ValueError):
    """A preset is malformed: names the file, the key, the value and what is allowed."""


class UnitError(MDTError, ValueError):
    """A quantity written by a person could not be read."""


class Refusal(MDTError, ValueError):
    """The model refuses a call for the same reason, word for word, as the contract would."""


class ChainError(MDTError, RuntimeError):
    """A node, an account or a transaction did not do what it should."""


class DeploymentError(MDTError, RuntimeError):
    """The record of a deployment is missing, unfinished, or does not match the chain."""
