"""Which properties, options and fixed values have words of their own in the translation files.

What came later (a new guard, a new key of the format) is told by its name made readable, so that nothing is left out.
A test holds this list against the models and the catalog of the product.
"""

from __future__ import annotations

from engine.core.messages import Message, Text, readable

_PROPERTIES = """
    band by_hand column combine entering gives inputs item least mode needs override round row score scores sets
    undefined up_to weighted weights
    together entries
    register verified over part percentile rank times blank rounding none floor window freeze_after goal manual cap
    offered_when units indicator length at definition formula source
    key format kind name help subject period started_by label title rule except else role fill decide after due
    shows optional initial final tasks from to when otherwise guards actions jobs automatic reason required
    shown_when required_when editable_when default seen_by edited_by was fields checks prefill sections value form
    states method type columns choices criteria statement text unit roles transitions forms visible results prints
    lock max_length min_length rows advice minimum maximum places list look at_least at_most earliest latest kinds
    max_files max_mb described dated reach criteria_list levels descriptions partial currency in_period min_days
    max_days within top min_rows max_rows totals asks direction target_from target_to table until items matrix cells
    landscape emblem figures blocks heading people stacked split group match numbered of values heights marks
    signers as inside width superior reference digest transition working_days on grant post steps seat settled by
    approved_by count options starts_on parent children follow_ups scenarios passes_to parts bands missing link
    weight same ends answers fire refused expect state open reads path workflow in every opens about most steps
    remind by chosen name_in unit_in target_in
    starts tells nominates sends into day cites registers
    notices enters task body
    a_day add ahead back correct days end floor keep_years lock_days measures public read rights single
    span start starts tells thanks verify since
    """
_VALUES = """
    subject.person subject.unit subject.case subject.definition subject.none period.year period.half_year
    period.quarter period.month period.none started_by.cycle started_by.subject reason.none reason.optional
    reason.required look.radio look.select within.unit within.subtree within.city asks.value asks.target asks.both
    direction.higher direction.lower direction.range kinds.pdf kinds.image kinds.document kinds.sheet kinds.slides
    earliest.today earliest.period_start earliest.period_end latest.today latest.period_start latest.period_end
    every.half_year every.quarter every.month opens.at_once opens.when_it_begins opens.after_it_ends missing.refuse
    missing.reweight when.before when.on when.after
    about.person about.unit about.person_and_unit about.none a_day.one a_day.many
    """
_TYPES = """
    text longtext richtext number percent money computed date time period yesno choice choices scale matrix ranking
    table person unit unit_value indicator file link signature note
    """
PROPERTIES, VALUES, TYPES = (frozenset(words.split()) for words in (_PROPERTIES, _VALUES, _TYPES))

_EXTENSIONS = """
    action.correct_superior action.correct_entry action.open_case action.publish_definition
    action.return_definition method.matrix
    method.weighted
    """
EXTENSIONS = frozenset(_EXTENSIONS.split())


def property_name(name: str) -> Message | Text:
    """What a property or option is called, as a noun within a sentence."""
    if name in PROPERTIES:
        return Message(f"telling.property.{name}")
    lower = readable(name).id.lower()
    return Text(lower, lower)


def fixed(name: str, value: str) -> Message | str:
    """A word of a closed list, as people say it."""
    return Message(f"telling.value.{name}.{value}") if f"{name}.{value}" in VALUES else value


def type_name(key: str) -> Message | Text:
    """What a field type is called."""
    return Message(f"telling.type.{key}") if key in TYPES else readable(key)
