"""The server process: what stands between a socket and the application.

An event loop reads and writes every connection, so that a slow, silent or half-open one costs memory and never a
thread (`connection`). Whole requests are answered by the application on a few threads, in two lanes, so that costly
forms never stand in front of a page (`bridge`). Nothing here knows a page, a chart or a number.
"""

from __future__ import annotations

from dashboard.serving.run import run as run
