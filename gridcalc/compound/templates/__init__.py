"""Standard compounds: templates with parameters, and the compounds they expand to."""

from gridcalc.compound.templates.expanding import expand
from gridcalc.compound.templates.importing import import_template
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
    "expand",
    "import_template",
    "list_templates",
    "load_template",
    "parse_template",
    "template_dir",
]
