"""What one asker may take from the server, in one place; each number has its reason beside it."""

from __future__ import annotations

# Seconds a connection may take to send a whole request head: a phone on a bad line needs one or two.
HEAD_S = 10.0
# Seconds a body may take after its head; the longest that is read fits into one packet or two.
BODY_S = 10.0
# Seconds a reader may take nothing at all from a full send buffer (64 kB): less than 2 kB/s is no reader.
STALLED_S = 30.0
# Seconds an idle connection is kept for the next request.
IDLE_S = 15
# Seconds that answers under way may take when the server is told to stop.
STOPPING_S = 10
# Bytes of a request line: the longest form of our own pages has 2,000 characters.
URL_BYTES = 8_192
# Bytes of a whole request head.
HEAD_BYTES = 32_768
# Bytes of a body: the largest that a page sends is a state of some 2,000 characters.
BODY_BYTES = 65_536
# Open connections; each costs some 20 kB.
CONNECTIONS = 2_000
# Bytes of answers that are waiting for slow readers, over all connections.
WAITING_BYTES = 128 * 1024 * 1024
# Threads that make pages, and requests that may wait for one.
PAGE_THREADS, PAGES_WAITING = 4, 256
# Threads that make costly forms (pictures, PDF, whole tables), and requests that may wait for one.
COSTLY_THREADS, COSTLY_WAITING = 1, 24
# Bytes handed to the socket at once.
PIECE = 256 * 1024
# Seconds an answer is given again as it went out, the bytes of all such answers, and of the largest of them.
READY_S, READY_BYTES, READY_LARGEST = 30.0, 32 * 1024 * 1024, 512 * 1024
