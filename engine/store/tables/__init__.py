"""All tables as mapped classes. They are for reading; writing goes through statements over `Class.__table__`."""

from engine.store.tables.api import ApiHook, ApiKey, ApiUse
from engine.store.tables.bulk import BulkItem, BulkSet
from engine.store.tables.calendars import CalendarBook, CalendarChange, CalendarDay, CalendarRule, CalendarUse
from engine.store.tables.cases import (
    Answers,
    Case,
    CaseRole,
    Cycle,
    CycleLeft,
    Draft,
    Note,
    Outcome,
    Submission,
    Task,
    TaskHolder,
)
from engine.store.tables.changes import Change
from engine.store.tables.codes import AccessCode
from engine.store.tables.columns import Stored
from engine.store.tables.deadlines import Clock, DeadlineShift, DueAct, Suspension
from engine.store.tables.definitions import Definition, DefinitionVersion
from engine.store.tables.designs import Design, DesignEdit, DesignPresence
from engine.store.tables.entry_cases import EntryCase
from engine.store.tables.factors import Authenticator, Passkey, RecoveryCode, Spent
from engine.store.tables.figures import KeptFigure
from engine.store.tables.files import File
from engine.store.tables.imports import ImportFault, ImportFile, ImportMapping, ImportRow
from engine.store.tables.jobs import Job, JobPart
from engine.store.tables.ledger import Denial, Erasure, Event, StreamHead
from engine.store.tables.linked import CaseLink, CaseSubject
from engine.store.tables.links import LinkCheck
from engine.store.tables.notices import CalendarFeed, Notice, NoticeChoice
from engine.store.tables.people import (
    AccessGrant,
    Account,
    Appointment,
    Person,
    Post,
    SignInAttempt,
    Unit,
    UnitClosure,
    WebSession,
)
from engine.store.tables.public import (
    CommentVerdict,
    EntrySource,
    PaperBatch,
    PublicCount,
    PublicLink,
    PublicTicket,
)
from engine.store.tables.registers import Entry, EntryAnswers, EntrySum, EntryVerdict, RegisterMeasure
from engine.store.tables.repairs import CaseRewind, Withdrawn
from engine.store.tables.reports import ReportReader, ReportSchedule
from engine.store.tables.roles import ActingOrder, Nomination
from engine.store.tables.saved import SavedList
from engine.store.tables.work import Outbox, Request

metadata = Stored.metadata

__all__ = [
    "AccessCode",
    "AccessGrant",
    "Account",
    "ActingOrder",
    "Answers",
    "ApiHook",
    "ApiKey",
    "ApiUse",
    "Appointment",
    "Authenticator",
    "BulkItem",
    "BulkSet",
    "CalendarBook",
    "CalendarChange",
    "CalendarDay",
    "CalendarFeed",
    "CalendarRule",
    "CalendarUse",
    "Case",
    "CaseLink",
    "CaseRewind",
    "CaseRole",
    "CaseSubject",
    "Change",
    "Clock",
    "CommentVerdict",
    "Cycle",
    "CycleLeft",
    "DeadlineShift",
    "Definition",
    "DefinitionVersion",
    "Denial",
    "Design",
    "DesignEdit",
    "DesignPresence",
    "Draft",
    "DueAct",
    "Entry",
    "EntryAnswers",
    "EntryCase",
    "EntrySource",
    "EntrySum",
    "EntryVerdict",
    "Erasure",
    "Event",
    "File",
    "ImportFault",
    "ImportFile",
    "ImportMapping",
    "ImportRow",
    "Job",
    "JobPart",
    "KeptFigure",
    "LinkCheck",
    "Nomination",
    "Note",
    "Notice",
    "NoticeChoice",
    "Outbox",
    "Outcome",
    "PaperBatch",
    "Passkey",
    "Person",
    "Post",
    "PublicCount",
    "PublicLink",
    "PublicTicket",
    "RecoveryCode",
    "RegisterMeasure",
    "ReportReader",
    "ReportSchedule",
    "Request",
    "SavedList",
    "SignInAttempt",
    "Spent",
    "StreamHead",
    "Submission",
    "Suspension",
    "Task",
    "TaskHolder",
    "Unit",
    "UnitClosure",
    "WebSession",
    "Withdrawn",
    "metadata",
]
