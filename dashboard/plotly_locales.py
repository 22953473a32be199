"""The chart library's own words and number forms, in English, French and Dutch."""

from __future__ import annotations

from typing import Any

LOCALES: dict[str, dict[str, Any]] = {
    "en": {"dictionary": {}, "format": {"decimal": ".", "thousands": ",", "grouping": [3]}},
    "fr": {
        "dictionary": {
            "Download plot as a png": "Télécharger l’image PNG",
            "Zoom": "Zoom",
            "Pan": "Déplacer",
            "Zoom in": "Agrandir",
            "Zoom out": "Réduire",
            "Reset axes": "Remettre les axes",
            "Double-click to zoom back out": "Double-cliquer pour revenir",
        },
        "format": {"decimal": ",", "thousands": "\u202f", "grouping": [3]},
    },
    "nl": {
        "dictionary": {
            "Download plot as a png": "PNG-afbeelding downloaden",
            "Zoom": "Zoomen",
            "Pan": "Verschuiven",
            "Zoom in": "Inzoomen",
            "Zoom out": "Uitzoomen",
            "Reset axes": "Assen herstellen",
            "Double-click to zoom back out": "Dubbelklik om terug te gaan",
        },
        "format": {"decimal": ",", "thousands": ".", "grouping": [3]},
    },
}
