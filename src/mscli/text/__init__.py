"""Text of every kind: where templates are, the one renderer, the one writer of each syntax.

Pure apart from reading templates. Targets, gateways and discovery call `render`; whoever writes
YAML, JSON or TOML goes through `yaml_text`, `json_text` and `toml_inline`.
"""

from mscli.text.quoting import ini_inline, json_inline, json_table, json_text, toml_inline
from mscli.text.render import parsed_back, render
from mscli.text.templates import Template, built_in, find_template
from mscli.text.yaml import yaml_inline, yaml_text

__all__ = [
    "Template",
    "built_in",
    "find_template",
    "ini_inline",
    "json_inline",
    "json_table",
    "json_text",
    "parsed_back",
    "render",
    "toml_inline",
    "yaml_inline",
    "yaml_text",
]
