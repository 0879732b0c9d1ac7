"""The built-in field types, one file each. `BUILT_IN` is what wsgi hands to `Catalog.collect`.

A type knows its own options and answers; it never knows a form, a page or the database.
"""

from engine.fields import (
    choice,
    choices,
    computed,
    date,
    longtext,
    note,
    number,
    percent,
    scale,
    table,
    text,
)

BUILT_IN = (text, longtext, number, percent, choice, choices, scale, date, table, computed, note)
