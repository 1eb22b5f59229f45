"""revm, a compiled EVM, in py-evm's place under titanoboa: for tests that ask what came of a call and not how it went.

| module | its idea |
|---|---|
| `switch` | which engine a test runs on, and how both live in one environment |
| `engine` | titanoboa's engine over `pyrevm.EVM` |
| `block` | the block that calls run in |
| `computation` | what came of a message, by py-evm's names |
| `contents` | all of a state, read out of one engine and put into another |

`tests/unit/test_revm.py` holds it against py-evm.
"""
