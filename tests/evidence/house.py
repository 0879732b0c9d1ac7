"""A town in which a form asks for evidence, and the acts of carol, who gives it, and erin, her superior."""

from dataclasses import replace
from io import BytesIO

from engine import uploads
from engine.evidence.files import Limits
from engine.evidence.opening import open_files
from engine.store.queries import definitions
from engine.store.tables.files import File
from tests.verbs.stage import Stage

DEFINITION = b"""
kind: workflow
format: 1
key: with_evidence
name: {id: Laporan dengan bukti, en: Report with evidence}
subject: person
period: year
roles:
  employee: {label: {id: Pegawai, en: Employee}, rule: subject}
  supervisor: {label: {id: Atasan, en: Supervisor}, rule: superior_of, role: employee}
states:
  reporting:
    label: {id: Pelaporan, en: Reporting}
    initial: true
    tasks:
      report: {label: {id: Lapor, en: Report}, role: employee, fill: report}
      look: {role: supervisor, decide: [accept, send_back], after: [report], shows: [report]}
  done: {label: {id: Selesai, en: Done}, final: true}
transitions:
  accept: {label: {id: Terima, en: Accept}, from: reporting, to: done}
  send_back: {label: {id: Kembalikan, en: Send back}, from: reporting, to: reporting, reason: required}
forms:
  report:
    label: {id: Laporan, en: Report}
    sections:
      all:
        fields:
          words: {type: longtext, label: {id: Uraian, en: Words}}
          letter:
            type: file
            label: {id: Surat tugas, en: Letter}
            kinds: [pdf]
            max_files: 1
            max_mb: 1
            described: false
          rows:
            type: table
            label: {id: Realisasi, en: Achievements}
            columns:
              what: {type: text, label: {id: Hasil, en: Result}}
              proof:
                type: file
                label: {id: Bukti, en: Evidence}
                kinds: [pdf, image, document, sheet, text]
                max_mb: 60
                dated: true
visible:
  report: {employee: [reporting, done], supervisor: [reporting, done]}
"""


class EvidenceStage(Stage):
    """A stage on which `with_evidence` is published."""

    def __init__(self, db, accounts=()):
        super().__init__(db, accounts)
        self.version = self.publish(DEFINITION, "with_evidence.yaml")

    @classmethod
    def over(cls, db):
        stage = super().over(db)
        stage.version = next(row for row in stage.versions() if row.key == "with_evidence")
        return stage

    def versions(self):
        with self.rt.db.read() as db:
            return list(definitions.published(db, "workflow"))

    def keep_in(self, folder, scan=None, limits=None):
        """Give the runtime a store for evidence in a folder."""
        files = open_files(str(folder), "", scan, limits or Limits())
        self.rt = replace(self.rt, files=files)
        return self

    def upload(self, case_ref, content, *, name="bukti.pdf", who="carol", field="letter"):
        task = self.task(case_ref, "report")
        return uploads.receive(self.rt, task.ref, field, name, BytesIO(content), actor=self.actor(who))

    def kept(self):
        """What lies in the store, and what is still coming in."""
        files = self.rt.files
        coming = sorted(path.name for path in files.incoming.root.glob("*")) if files.incoming.root.is_dir() else []
        return list(files.place.names()), coming

    def kept_parts(self):
        """The names of the parts that are still coming in."""
        return [path.name for path in self.rt.files.incoming.root.glob("*.part")]

    def only_file(self):
        """The row of the one file that there is."""
        with self.rt.db.read() as db:
            return db.execute(File.__table__.select()).one()
