"""The accessibility statement."""

from __future__ import annotations

from dashboard.pages.visit import Page, Visit


def build(visit: Visit) -> Page:
    """Return the accessibility statement."""
    words = visit.words
    promises = [
        words("Each page is readable and each control works with scripts off."),
        words("Each chart has a name, a description made from the same numbers, and a table of the same numbers."),
        words(
            "Everything can be reached and used with the keyboard; focus is visible; targets are at least 24 pixels."
        ),
        words(
            "Each chart is one stop of the keyboard: arrow keys walk its points, Home and End go to the first and the "
            "last, and a screen reader is told the value, its interval and its place in the language of the page."
        ),
        words("Nothing is said by colour alone; text has a contrast of at least 4.5 to 1, marks of at least 3 to 1."),
        words("Light, dark and high contrast follow your system; “Contrast” in the header switches it on by hand."),
        words("Nothing moves by itself; pages can be enlarged to 400% without sideways scrolling, tables aside."),
    ]
    context = {
        "promises": promises,
        "limits": [
            words("Without scripts the points of a chart are not reachable one by one with the keyboard. The table "
                  "below it holds every number."),
            words("The French and Dutch texts are working translations and have not been read by a professional "
                  "translator."),
        ],
    }  # fmt: skip
    return Page(
        "accessibility", words("Accessibility"), words("What works, how it is tested, what does not yet."), context
    )
