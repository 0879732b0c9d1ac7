"""The built-in field types, one file each. `BUILT_IN` is what wsgi hands to `Catalog.collect`.

A type knows its own options and answers; it never knows a form, a page or the database.
"""

from engine.fields import (
    choice,
    choices,
    computed,
    date,
    file,
    indicator,
    link,
    longtext,
    matrix,
    money,
    note,
    number,
    percent,
    period,
    person,
    ranking,
    richtext,
    scale,
    signature,
    table,
    text,
    time,
    unit,
    unit_value,
    yesno,
)

BUILT_IN = (
    *(text, longtext, richtext, number, percent, money, unit_value),
    *(choice, choices, yesno, scale, ranking, matrix),
    *(date, period, time),
    *(person, unit, file, link, indicator),
    *(table, computed, note, signature),
)
