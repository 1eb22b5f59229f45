"""Reading a preset from `config/<preset>.yaml`: YAML without its surprises, and pydantic's findings in our words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from mdt.errors import ConfigError
from mdt.files import shipped
from mdt.preset.rules import Settings
from mdt.preset.sections import DECIMALS
from mdt.units import Denomination

CONFIG_DIR = shipped("config")


class _Loader(yaml.SafeLoader):
    """YAML without its surprises: a key may stand once, and 010, 1:30 or `yes` are text, not 8, 90 and True."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - the name is PyYAML's

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Build a mapping; refuse a key that is there already."""
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} is not text", key_node.start_mark)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"true|false"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"-?(?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:_[0-9]{3})+)$"), list("-0123456789"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"-?[0-9]+(?:\.[0-9]*(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)$"), list("-0123456789"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|)$"), ["~", "n", ""])


def _message(item: Any) -> str:
    """One finding of pydantic in our words."""
    kind, value = item["type"], item["input"]
    context = item.get("ctx", {})
    match kind:
        case "value_error":
            return str(context["error"])
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return "is not a key of a preset; is it misspelt?"
        case "model_type" | "model_attributes_type":
            return f"is {value!r}, must be a section with keys of its own"
        case "string_type":
            return f"is {value!r}, must be text"
        case "string_too_short":
            return f"has {len(value)} characters, allowed at least {context['min_length']}"
        case "string_too_long":
            return f"has {len(value)} characters, allowed at most {context['max_length']}"
        case "too_short":
            return f"has {context['actual_length']} entries, allowed at least {context['min_length']}"
        case "too_long":
            return f"has {context['actual_length']} entries, allowed at most {context['max_length']}"
        case "literal_error":
            return f"is {value!r}, must be {context['expected']}"
        case "bool_type":
            return f"is {value!r}, must be true or false"
        case "string_pattern_mismatch" if item["loc"][-1] == "[key]":
            return "is not a name: lower case letters, digits, _ and -"
        case "string_pattern_mismatch":
            return f"is {value!r}, which is no holder's name (lower case letters, digits, _ and -) and no contract's"
        case "dict_type":
            return f"is {value!r}, must be a mapping of names"
        case "list_type" | "tuple_type":
            return f"is {value!r}, must be a list"
        case _:
            return f"is {value!r}: {item['msg']}"


def _explain(source: str, error: ValidationError) -> ConfigError:
    lines = []
    for item in error.errors():
        key = ".".join(str(part) for part in item["loc"] if part != "[key]")
        lines.append(f"{source}: {key}: {_message(item)}" if key else f"{source}: {_message(item)}")
    return ConfigError("\n".join(lines))


def _denomination_of(content: dict[str, Any]) -> Denomination:
    """The unit of a preset that is not checked yet: what its token says, or else what is usual; validation finds fault with it."""
    token, usual = content.get("token"), Denomination()
    if not isinstance(token, dict):
        return usual
    symbol, decimals = token.get("symbol"), token.get("decimals")
    if type(decimals) is not int or not DECIMALS.low <= decimals <= DECIMALS.high:
        decimals = usual.decimals
    return Denomination(symbol if isinstance(symbol, str) else usual.symbol, decimals)


def _display(path: Path) -> str:
    """The path as seen from the project, so that messages are the same on every machine."""
    root = CONFIG_DIR.parent
    return path.resolve().relative_to(root).as_posix() if path.resolve().is_relative_to(root) else str(path)


def load(preset: str | Path, config_dir: Path = CONFIG_DIR) -> Settings:
    """Read and check a preset by name (`adr-literal`) or path. Its amounts are read in its own token's unit.

    Raises:
        ConfigError: no such preset, not YAML, a key twice, or a value out of range: names file, key, value and what is allowed.
    """
    path = Path(preset) if str(preset).endswith((".yaml", ".yml")) else config_dir / f"{preset}.yaml"
    source = _display(path)
    if not path.is_file():
        known = ", ".join(sorted(path.stem for path in config_dir.glob("*.yaml")))
        raise ConfigError(f"no preset {str(preset)!r}: {source} does not exist; known presets: {known}")
    try:
        content: Any = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a SafeLoader with fewer features
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{source} cannot be read as YAML: {error}") from error
    if not isinstance(content, dict):
        raise ConfigError(f"{source} must be a mapping of sections, got {type(content).__name__}")
    try:
        return Settings.model_validate(content, context=_denomination_of(content))
    except ValidationError as error:
        raise _explain(source, error) from error
