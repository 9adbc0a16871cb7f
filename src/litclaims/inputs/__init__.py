"""What a run reads: files, folders, patterns, archives, tables of abstracts and addresses, found and named, then read
one document at a time.

:func:`find_inputs` looks at names and first bytes only; :func:`take` takes in what one input holds, of which
:func:`load` makes its document. A batch of inputs holds paths and places, never a text.
"""

from litclaims.inputs.find import find_inputs
from litclaims.inputs.item import Address, Input, Inputs, Member, Record
from litclaims.inputs.load import close, load, raw_text, unread
from litclaims.inputs.place import is_under, place
from litclaims.inputs.taken import Taken, digest, take

__all__ = [
    "Address",
    "Input",
    "Inputs",
    "Member",
    "Record",
    "Taken",
    "close",
    "digest",
    "find_inputs",
    "is_under",
    "load",
    "place",
    "raw_text",
    "take",
    "unread",
]
