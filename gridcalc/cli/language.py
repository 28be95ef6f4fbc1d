"""The language of a run of the program: of its help, its messages and click's own words."""

import gettext
import inspect
import locale
import os
from collections.abc import Callable, Sequence
from copy import copy
from importlib.resources import files
from typing import Any, TypeVar

import click

from gridcalc.cli.wide import WideFormatter
from gridcalc.messages import LANGS, Lang, translated

Command = TypeVar("Command", bound=Callable[..., Any])

LANG_VARIABLE = "GRIDCALC_LANG"
_OPTION = "--lang"
_CLICK_DOMAIN = "messages"
_RANGE = " range"
"""Ends the name of a kind of numbers of which a range is taken."""
_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_CHINESE = ("zh", "chinese")


def default_lang() -> str:
    """Return the language of the environment: GRIDCALC_LANG, the locale, the system, or English.

    Windows has no variable for it; there the language of the system counts. What GRIDCALC_LANG
    says is returned as it is, so that a wrong value is refused and not passed over.
    """
    own = os.environ.get(LANG_VARIABLE)
    if own:
        return own
    named = next((os.environ[name] for name in _LOCALE_VARIABLES if os.environ.get(name)), None)
    system = named or locale.getlocale()[0] or ""
    return "zh" if system.lower().startswith(_CHINESE) else "en"


def language_option(meaning: str) -> Callable[[Command], Command]:
    """Return ``--lang``; its default is the language of the environment."""
    return click.option(
        _OPTION,
        type=click.Choice(["zh", "en"]),
        default=default_lang,
        show_default=f"{LANG_VARIABLE}, else the locale, else en",
        help=meaning,
    )


def language_of(arguments: Sequence[str]) -> Lang:
    """Return the language of a command line; what ``--lang`` says goes before the environment.

    Examples
    --------
    >>> language_of(["check", "a.yaml", "--lang", "zh"]), language_of(["check", "--lang=en"])
    ('zh', 'en')
    """
    said = ""
    for k, word in enumerate(arguments):
        if word == _OPTION and k + 1 < len(arguments):
            said = arguments[k + 1]
        elif word.startswith(f"{_OPTION}="):
            said = word.partition("=")[2]
    wanted = (said, default_lang(), "en")
    return next(lang for word in wanted for lang in LANGS if lang == word)


def speak(program: click.Group, lang: Lang) -> None:
    """Let the help of a program and click's own words be said in a language.

    It changes the program and the process; it is meant for the start of a process, not for a
    library.
    """
    if lang == "en":
        return
    os.environ["LANGUAGE"] = lang
    gettext.bindtextdomain(_CLICK_DOMAIN, str(files("gridcalc") / "locale"))
    click.Context.formatter_class = WideFormatter
    _translate(program, lang)


def _translate(command: click.Command, lang: Lang) -> None:
    command.help = _said(command.help, lang)
    command.short_help = _said(command.short_help, lang)
    command.epilog = _epilog(command.epilog, lang)
    for parameter in command.params:
        _name_type(parameter, lang)
        if isinstance(parameter, click.Option):
            parameter.help = _said(parameter.help, lang)
            if isinstance(parameter.show_default, str):
                parameter.show_default = _said(parameter.show_default, lang) or True
    for child in command.commands.values() if isinstance(command, click.Group) else ():
        _translate(child, lang)


def _name_type(parameter: click.Parameter, lang: Lang) -> None:
    """Name the kind of a value in the language; what the help calls it stays as it is."""
    name = translated(parameter.type.name.removesuffix(_RANGE), lang)
    if name == parameter.type.name.removesuffix(_RANGE):
        return
    if parameter.metavar is None and not isinstance(parameter.type, click.Choice):
        parameter.metavar = parameter.type.name.upper()
    parameter.type = copy(parameter.type)
    parameter.type.name = name


def _said(text: str | None, lang: Lang) -> str | None:
    return None if text is None else translated(inspect.cleandoc(text), lang)


def _epilog(text: str | None, lang: Lang) -> str | None:
    if text is None:
        return None
    return "\n".join(
        translated(line, lang) if line.endswith(":") else line for line in text.split("\n")
    )
