"""Standard compounds: templates with parameters, and the compounds they expand to.

Expanding and importing stand in modules of their own, so that listing stays fast.
"""

from gridcalc.compound.templates.loading import (
    Template,
    list_templates,
    load_template,
    parse_template,
    template_dir,
)
from gridcalc.compound.templates.schema import Parameter, TemplateFile

__all__ = [
    "Parameter",
    "Template",
    "TemplateFile",
    "list_templates",
    "load_template",
    "parse_template",
    "template_dir",
]
