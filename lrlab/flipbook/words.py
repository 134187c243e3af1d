"""Words that hold a little mathematics: read alike in the browser, in the still and as text.

``λ_max`` is a letter with an index. Between two dollar signs stands what Matplotlib reads as
mathematics: letters, Greek letters and signs by name, indices and powers. A fraction, a root or
anything else that does not fit into a line is refused.
"""

import re
import unicodedata

SIGNS = {
    "star": "⋆", "cdot": "·", "times": "×", "pm": "±", "infty": "∞", "partial": "∂", "nabla": "∇",
    "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠", "ne": "≠", "approx": "≈", "sim": "∼",
    "to": "→", "rightarrow": "→", "leftarrow": "←", "ldots": "…", "dots": "…", "sum": "∑",
    "prod": "∏", "int": "∫", "in": "∈", "ell": "ℓ", "quad": " ", "varphi": "φ", "phi": "φ",
    "varepsilon": "ε", "langle": "⟨", "rangle": "⟩", "mid": "|", "prime": "′", "circ": "∘",
}  # fmt: skip
UPRIGHT = {"mathrm", "mathbf", "mathit", "text", "operatorname", "rm"}
SPACES = {",": " ", ";": " ", " ": " ", "!": "", "{": "{", "}": "}", "$": "$", "%": "%", "|": "‖"}
_TOKEN = re.compile(r"\\([A-Za-z]+|.)|(.)", re.DOTALL)
_INDEX = re.compile(r"(?<![^\W_])([^\W\d_])_([^\W_]+)")


def pieces(text):
    r"""Split a text into pieces of (words, place), where the place is "", "sub" or "sup".

    Examples
    --------
    >>> pieces("2/λ_max")
    [('2/λ', ''), ('max', 'sub')]
    >>> pieces(r"the loss $J(\theta_t)$")
    [('the loss J(θ', ''), ('t', 'sub'), (')', '')]
    >>> pieces("learning_rate, 5 $")
    [('learning_rate, 5 $', '')]
    """
    parts = re.split(r"(?<!\\)\$", text)
    if len(parts) % 2 == 0:  # a dollar sign without its partner is one
        parts = [text]
    found = []
    for at, part in enumerate(parts):
        found += _formula(part, text) if at % 2 else _indices(part.replace("\\$", "$"))
    return _joined(found)


def plain(text):
    r"""Write a text without places: for reading aloud, and where there is nothing but text.

    Examples
    --------
    >>> plain("2/λ_max"), plain(r"$e^{2t}$")
    ('2/λ max', 'e^2t')
    """
    between = {"": "", "sub": " ", "sup": "^"}
    return "".join(between[place] + words for words, place in pieces(text))


def mathtext(text):
    r"""Write a text as Matplotlib reads it.

    Examples
    --------
    >>> mathtext("2/λ_max")
    '2/λ$_{\\mathrm{max}}$'
    """
    if len(re.findall(r"(?<!\\)\$", text)) % 2:
        return re.sub(r"(?<!\\)\$", r"\\$", _marked(text))
    parts = re.split(r"((?<!\\)\$.*?(?<!\\)\$)", text, flags=re.DOTALL)
    return "".join(part if at % 2 else _marked(part) for at, part in enumerate(parts))


def _marked(text):
    return _INDEX.sub(r"\1$_{\\mathrm{\2}}$", text)


def _indices(text):
    at, found = 0, []
    for match in _INDEX.finditer(text):
        found += [(text[at : match.end(1)], ""), (match[2], "sub")]
        at = match.end()
    return [*found, (text[at:], "")]


def _formula(source, whole):
    """The pieces of what stands between two dollar signs."""
    tokens = [(match[1], match[2]) for match in _TOKEN.finditer(source)]
    found, place = [], ""
    while tokens:
        name, char = tokens.pop(0)
        if char in ("_", "^"):
            if place or not tokens:
                raise _refused(whole)
            place = "sub" if char == "_" else "sup"
            continue
        found.append((_argument(name, char, tokens, whole), place))
        place = ""
    return found


def _argument(name, char, tokens, whole):
    """The text of one token, or of the group that it opens."""
    if name in UPRIGHT:
        return "" if name == "rm" else _argument(*tokens.pop(0), tokens, whole) if tokens else ""
    if name:
        return _sign(name, whole)
    if char != "{":
        return "" if char in "} " else "−" if char == "-" else char
    words = ""
    while tokens and tokens[0][1] != "}":
        if tokens[0][1] in ("_", "^"):
            raise _refused(whole)
        words += _argument(*tokens.pop(0), tokens, whole)
    if not tokens:
        raise _refused(whole)
    tokens.pop(0)
    return words


def _sign(name, whole):
    if name in SIGNS or name in SPACES:
        return SIGNS.get(name, SPACES.get(name))
    case = "CAPITAL" if name[0].isupper() else "SMALL"
    try:
        return unicodedata.lookup(f"GREEK {case} LETTER {name.upper().replace('LAMBDA', 'LAMDA')}")
    except KeyError:
        raise _refused(whole) from None


def _refused(text):
    return ValueError(
        "mathematics here must be letters, Greek letters, signs, indices and powers, as in "
        rf"$J(\theta_t)$, got {text!r}"
    )


def _joined(found):
    joined = []
    for words, place in found:
        if joined and joined[-1][1] == place:
            joined[-1] = (joined[-1][0] + words, place)
        elif words:
            joined.append((words, place))
    return joined
