"""Every address of the URLconf, with what its parameters stand for in a world of tests."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

#: How an address is called when it has no name: by its route.
UNNAMED = "route "


@dataclass(frozen=True)
class Address:
    """``parameters``: their names, or numbers as text where the route does not name them."""

    name: str
    parameters: tuple[str, ...]

    def path(self, values: Mapping[str, Any]) -> str:
        """The path for these values; the route itself when it has no name."""
        if self.name.startswith(UNNAMED):
            if self.name.endswith("^.*/$"):  # whatever no other address takes
                return "/admin/inconnu/"
            return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), self.name[len(UNNAMED) :])
        chosen = [values[name] for name in self.parameters]
        if self.parameters and self.parameters[0].isdigit():
            return reverse(self.name, args=chosen)
        return reverse(self.name, kwargs=dict(zip(self.parameters, chosen, strict=True)))

    def hostile_path(self, values: Mapping[str, Any], name: str, value: str) -> str | None:
        """The path with ``value`` in the place of the parameter ``name``; None where no route takes it."""
        try:
            return self.path({**values, name: value})
        except (NoReverseMatch, ValueError):
            return None


def every_address() -> list[Address]:
    """One of each name and list of parameters, in the order of the URLconf."""
    found = {(each.name, each.parameters): each for each in _walk(get_resolver())}
    return list(found.values())


def _walk(resolver: URLResolver, route: str = "", space: str = "", before: tuple[str, ...] = ()) -> Iterator[Address]:
    for one in resolver.url_patterns:
        parameters = before + _parameters(one)
        if isinstance(one, URLResolver):
            inside = f"{space}{one.namespace}:" if one.namespace else space
            yield from _walk(one, f"{route}{one.pattern}", inside, parameters)
        elif isinstance(one, URLPattern):
            name = f"{space}{one.name}" if one.name else f"{UNNAMED}{route}{one.pattern}"
            yield Address(name, parameters)


def _parameters(one: URLPattern | URLResolver) -> tuple[str, ...]:
    if hasattr(one.pattern, "converters") and one.pattern.converters:
        return tuple(one.pattern.converters)
    regex = one.pattern.regex
    return tuple(regex.groupindex) or tuple(str(number) for number in range(regex.groups))
