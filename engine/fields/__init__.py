"""The built-in field types, one file each. `BUILT_IN` is what wsgi hands to `Catalog.collect`.

A type knows its own options and answers; it never knows a form, a page or the database.
"""

from engine.fields import (
    choice,
    choices,
    computed,
    date,
    link,
    longtext,
    money,
    note,
    number,
    percent,
    period,
    richtext,
    scale,
    table,
    text,
    time,
    unit_value,
    yesno,
)

BUILT_IN = (
    *(text, longtext, richtext, number, percent, money, unit_value),
    *(choice, choices, yesno, scale),
    *(date, period, time),
    link,
    *(table, computed, note),
)
