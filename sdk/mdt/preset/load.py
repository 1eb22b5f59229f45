"""Reading a preset from `config/<preset>.yaml`, with pydantic's findings in our words and the place of each in the file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from mdt.errors import ConfigError
from mdt.files import shipped
from mdt.preset.rules import Settings
from mdt.preset.sections import DECIMALS
from mdt.units import Denomination
from mdt.written.characters import nearest, shown
from mdt.written.item import Item, Source, named
from mdt.written.read import LARGEST_YAML, decode, read_bytes
from mdt.written.yaml import parse_yaml

CONFIG_DIR = shipped("config")


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
            return f"is not a key of a preset{nearest(str(item['loc'][-1]), _keys_at(item['loc'][:-1]))}"
        case "model_type" | "model_attributes_type":
            return f"is {shown(value)}, must be a section with keys of its own"
        case "string_type":
            return f"is {shown(value)}, must be text"
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
            return f"is {shown(value)}, must be true or false"
        case "string_pattern_mismatch" if item["loc"][-1] == "[key]":
            return "is not a name: lower case letters, digits, _ and -"
        case "string_pattern_mismatch":
            return f"is {value!r}, which is no holder's name (lower case letters, digits, _ and -) and no contract's"
        case "dict_type":
            return f"is {shown(value)}, must be a mapping of names"
        case "list_type" | "tuple_type":
            return f"is {shown(value)}, must be a list"
        case _:
            return f"is {value!r}: {item['msg']}"


def _keys_at(loc: tuple[Any, ...]) -> list[str]:
    """The keys that a preset may have at a place."""
    found: Any = Settings
    for part in loc:
        annotation = found.model_fields[part].annotation if _is_section(found) and part in found.model_fields else found
        inner = [one for one in (annotation, *_inside(annotation)) if _is_section(one)]
        found = inner[-1] if inner else annotation
    return list(found.model_fields) if _is_section(found) else []


def _is_section(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _inside(annotation: Any) -> list[Any]:
    """The types that lists and mappings are of, at any depth."""
    return [deeper for one in get_args(annotation) for deeper in (one, *_inside(one))]


def _explain(top: Item, source: str, error: ValidationError) -> ConfigError:
    lines = []
    for item in error.errors():
        keys = [part for part in item["loc"] if part != "[key]"]
        found, key = top.nearest(keys), ".".join(map(named, keys))
        where = f"{source}:{found.line}:{found.column}: {key}" if key else source
        lines.append(f"{where}: {_message(item)}")
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
        known = sorted(path.stem for path in config_dir.glob("*.yaml"))
        raise ConfigError(f"no preset {str(preset)!r}{nearest(str(preset), known)}: {source} does not exist; known presets: {', '.join(known)}")
    return _settings(read_bytes(path, Source(source, ConfigError), LARGEST_YAML), source)


@lru_cache(maxsize=16)
def _settings(data: bytes, source: str) -> Settings:
    """A preset of a file's bytes: it takes a tenth of a second, and what is returned cannot be changed."""
    named = Source(source, ConfigError)
    top = parse_yaml(decode(data, named), named)
    if not isinstance(top.value, Mapping):
        raise top.fault(f"must be a mapping of sections, got {'a list' if isinstance(top.value, list) else 'text'}")
    content = top.typed()
    try:
        return Settings.model_validate(content, context=_denomination_of(content))
    except ValidationError as error:
        raise _explain(top, source, error) from error
