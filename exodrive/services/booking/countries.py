"""Countries that issue driving licences: ISO 3166-1 code → English name, by name."""

from babel import Locale

_NO_LICENCES = {
    "AC",
    "AQ",
    "BV",
    "CP",
    "CQ",
    "DG",
    "EA",
    "EU",
    "EZ",
    "GS",
    "HM",
    "IC",
    "IO",
    "QO",
    "TA",
    "TF",
    "UM",
    "UN",
    "XA",
    "XB",
    "ZZ",
}

_names: dict[str, str] = dict(Locale("en").territories)

COUNTRIES: dict[str, str] = {
    code: _names[code]
    for code in sorted(_names, key=lambda code: _names[code])
    if len(code) == 2 and code.isalpha() and code not in _NO_LICENCES
}
