"""Find and read templates: shipped ones by name, a user's from a folder or by path."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import gridcalc
from gridcalc.compound.door import nearest, read_mapping, read_text, validate
from gridcalc.compound.model import Compound
from gridcalc.compound.templates.schema import Bilingual, Layout, Parameter, TemplateFile
from gridcalc.compound.templates.settings import (
    SET_OPTION,
    Value,
    reference_problems,
    substituted,
)
from gridcalc.errors import InputError, Problem
from gridcalc.yamlfile import Document

FOLDER = "network_templates"
_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template that has been read and found valid.

    Parameters
    ----------
    name
        Its name, which is that of its file.
    title, description
        For people.
    policy
        Policy pack of the compounds it gives.
    parameters
        What a user may set; empty for a finished compound.
    is_shipped
        Whether it comes with gridcalc.
    document
        The file with its line numbers.
    """

    name: str
    title: Bilingual
    description: Bilingual
    policy: str
    parameters: tuple[Parameter, ...]
    is_shipped: bool
    document: Document = field(repr=False)

    @property
    def is_compound(self) -> bool:
        """Whether it holds a finished compound instead of a layout."""
        return "compound" in self.document.value

    @property
    def text(self) -> str:
        """The file as it is written, comments included."""
        return read_text(Path(self.document.file))


def template_dir() -> Path:
    """Return the folder of the shipped templates, in a wheel or in a checkout.

    Raises
    ------
    InputError
        The templates were not installed.

    Examples
    --------
    >>> template_dir().name
    'network_templates'
    """
    package = Path(gridcalc.__file__).parent
    for folder in (package / FOLDER, package.parent / FOLDER):
        if (folder / "old-courtyard.yaml").is_file():
            return folder
    message = "the shipped templates are missing; install gridcalc again"
    raise InputError([Problem(FOLDER, 0, "", message)])


def list_templates(user_dir: Path | None = None) -> tuple[Template, ...]:
    """Return the shipped templates and those of a user's folder, each sorted by name.

    Raises
    ------
    InputError
        All problems of all files.

    Examples
    --------
    >>> [template.name for template in list_templates()][:2]
    ['combined-meter', 'high-rise']
    """
    found = [load_template(name) for name in shipped_names()]
    problems: list[Problem] = []
    for path in _user_files(user_dir).values():
        try:
            found.append(_user_template(path))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return tuple(found)


def load_template(name_or_path: str, user_dir: Path | None = None) -> Template:
    """Return a template.

    Parameters
    ----------
    name_or_path
        Name or title of a shipped template, name of one in ``user_dir``, or path of a YAML file.
    user_dir
        Folder with a user's own templates, one file ``<name>.yaml`` each.

    Raises
    ------
    InputError
        There is no such template, or its file is wrong; every problem found is listed.

    Examples
    --------
    >>> load_template("old-courtyard").parameters[0].default
    60
    """
    if name_or_path in shipped_names():
        path = template_dir() / f"{name_or_path}.yaml"
        return parse_template(read_text(path), file=str(path), is_shipped=True)
    if name_or_path.endswith(_SUFFIXES) or "/" in name_or_path or "\\" in name_or_path:
        path = Path(name_or_path)
        return parse_template(read_text(path), file=name_or_path)
    own = _user_files(user_dir)
    if name_or_path in own:
        return _user_template(own[name_or_path])
    titled, alike = _titled(name_or_path)
    if titled is not None:
        return titled
    known = [*shipped_names(), *own]
    guess = nearest(name_or_path, known) or f"; there are {', '.join(known)}"
    if alike:
        guess = f"; did you mean {' or '.join(map(repr, alike))}?"
    raise InputError([Problem(name_or_path, 0, "", f"there is no template of this name{guess}")])


def _titled(words: str) -> tuple[Template | None, list[str]]:
    """Return the shipped template with a title, and the names of those whose titles hold it."""
    wanted = words.strip().casefold()
    shipped = [load_template(name) for name in shipped_names()] if wanted else []
    titles = {
        template.name: [text.casefold() for text in (template.title.zh, template.title.en)]
        for template in shipped
    }
    same = [template for template in shipped if wanted in titles[template.name]]
    alike = [name for name, texts in titles.items() if any(wanted in text for text in texts)]
    return (same[0] if len(same) == 1 else None), alike


@lru_cache(maxsize=1)
def shipped_names() -> tuple[str, ...]:
    """Return the names of the templates that come with gridcalc, sorted."""
    return tuple(sorted(path.stem for path in template_dir().glob("*.yaml")))


def parse_template(text: str, *, file: str, is_shipped: bool = False) -> Template:
    """Return the template of a YAML text, checked with the defaults of its parameters.

    Raises
    ------
    InputError
        All problems of the file at once, with line and key path.
    """
    document = read_mapping(text, file=file, what="template")
    defaults = _defaults(document)
    model, found = validate(TemplateFile, _filled(document, defaults))
    problems = reference_problems(document)
    explained = {problem.key for problem in problems}
    problems += [problem for problem in found if problem.key not in explained]
    problems += _compound_problems(document)
    if problems or model is None:
        raise InputError(problems)
    return Template(
        name=model.name,
        title=model.title,
        description=model.description,
        policy=model.policy,
        parameters=model.parameters,
        is_shipped=is_shipped,
        document=document,
    )


def layout_with(template: Template, values: Mapping[str, Value]) -> Layout:
    """Return the layout of a template for some values of its parameters.

    Raises
    ------
    InputError
        The values do not go together; the problems name the layout's keys.
    """
    model, problems = validate(TemplateFile, _filled(template.document, values))
    if model is None or model.layout is None or problems:
        raise InputError([Problem(SET_OPTION, 0, p.key, p.message) for p in problems])
    return model.layout


def compound_document(document: Document) -> Document:
    """Return the part of a template that is a compound file, with the lines of the template."""
    lines = {path[1:]: line for path, line in document.lines.items() if path[:1] == ("compound",)}
    return Document(file=document.file, value=document.value["compound"], lines=lines, problems=())


def _compound_problems(document: Document) -> list[Problem]:
    if not isinstance(document.value.get("compound"), dict):
        return []
    _, problems = validate(Compound, compound_document(document))
    return [Problem(p.file, p.line, f"compound.{p.key}", p.message) for p in problems]


def _defaults(document: Document) -> dict[str, Value]:
    rows = document.value.get("parameters")
    found: dict[str, Value] = {}
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict) and isinstance(row.get("name"), str):
            found[row["name"]] = row.get("default", "")
    return found


def _filled(document: Document, values: Mapping[str, Value]) -> Document:
    value = dict(document.value)
    if "layout" in value:
        value["layout"] = substituted(value["layout"], values)
    return Document(
        file=document.file, value=value, lines=document.lines, problems=document.problems
    )


def _user_template(path: Path) -> Template:
    template = parse_template(read_text(path), file=str(path))
    problems = []
    if template.name in shipped_names():
        message = f"{template.name!r} is the name of a shipped template; choose another"
        problems.append(template.document.problem(("name",), message))
    elif template.name != path.stem:
        message = f"the name {template.name!r} differs from that of the file, {path.stem!r}"
        problems.append(template.document.problem(("name",), message))
    if problems:
        raise InputError(problems)
    return template


def _user_files(user_dir: Path | None) -> dict[str, Path]:
    if user_dir is None or not user_dir.is_dir():
        return {}
    return {p.stem: p for p in sorted(user_dir.iterdir()) if p.suffix in _SUFFIXES}
