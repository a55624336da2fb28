"""The part of the applications service on the bus that takes files and gives them out."""

from dataclasses import replace
from typing import Any

from services.applications import attaching
from services.applications.attaching import Whole
from services.applications.casework import READERS
from services.applications.providers.file_store import FileStore, FolderStore, Reader, SealedFile
from services.applications.providers.scanner import Scanner, scanner_of
from services.chassis import Call, Database, clock, every, offload, rpc
from services.chassis.settings import Settings
from services.contracts.actors import CITIZEN, staff
from services.contracts.errors import Conflict, Unavailable

Answer = dict[str, Any]
FRESH_SECONDS = 3600
"""A file on the disk that is younger may have a row that is not committed yet."""


class FileEntrypoints:
    """Files that citizens attach."""

    db = Database()
    settings = Settings.dependency()

    @rpc(allow=CITIZEN)
    def list_draft_files(self, call: Call) -> Answer:
        """The files of a form in progress."""
        with self.db.reading() as session:
            return attaching.list_draft_files(session, call.actor, **call.data)

    @rpc(allow=CITIZEN)
    def list_application_files(self, call: Call) -> Answer:
        """The files of one's own application."""
        with self.db.reading() as session:
            return attaching.list_application_files(session, call.actor, **call.data)

    @rpc(allow=staff(*READERS))
    def list_case_files(self, call: Call) -> Answer:
        """The files of a case. It writes: that they saw them."""
        with self.db.transaction() as session:
            return attaching.list_case_files(session, call.actor, **call.data)

    @rpc(allow=CITIZEN)
    def begin_upload(self, call: Call) -> Answer:
        """A file is about to come."""
        return self.db.once(call, attaching.begin_upload)

    @rpc(allow=CITIZEN)
    def begin_correction_upload(self, call: Call) -> Answer:
        """A file that the office asked for is about to come."""
        return self.db.once(call, attaching.begin_correction_upload)

    @rpc(allow=CITIZEN)
    def add_upload_part(self, call: Call) -> Answer:
        """A part of it."""
        with self.db.reading() as session:
            coming = attaching.coming(session, call.actor, file_id=call.data["file_id"])
        number = call.data["number"]
        whole = self._sealed(coming)
        whole.put(number, attaching.content_of(call.data["content_base64"], whole.length_of(number)))
        return coming.told

    @rpc(allow=CITIZEN)
    def finish_upload(self, call: Call) -> Answer:
        """All of it has come: it is looked at, and taken. While the scanner is away it waits, and can be looked at again."""
        file_id = call.data["file_id"]
        with self.db.reading() as session:
            coming = attaching.coming(session, call.actor, file_id=file_id)
        whole = self._sealed(replace(coming, size=min(coming.size, call.data["size"] or coming.size)))
        if not offload(whole.is_whole):
            raise Conflict("applications.upload_incomplete", "Not all of the file has come. Please send it again.")
        kind = attaching.kind_of(whole.get(0))
        if kind is None or kind not in coming.kinds:
            self._forget(call, file_id)
            raise attaching.refused("file_kind")
        taken: dict[str, Any] = {"file_id": file_id, "size": whole.size, "kind": kind}
        try:
            is_clean = self.scanner.is_clean(Reader(whole)) if self.scanner else None
        except Unavailable:
            with self.db.transaction() as session:
                attaching.take(session, call.actor, **taken, state="unchecked")
            raise
        if is_clean is False:
            self._forget(call, file_id)
            raise attaching.refused("file_infected")
        with self.db.transaction() as session:
            return attaching.take(session, call.actor, **taken, state="ready", is_scanned=bool(is_clean))

    @rpc(allow=CITIZEN)
    def remove_file(self, call: Call) -> Answer:
        """Out of the form, and gone."""
        return self._forget(call, call.data["file_id"])

    @rpc(allow=CITIZEN)
    def get_file_part(self, call: Call) -> Answer:
        """A part of one's own file."""
        with self.db.reading() as session:
            found = attaching.own_file(session, call.actor, call.data["file_id"])
        return attaching.part(found, self._sealed(found), call.data["number"])

    @rpc(allow=staff(*READERS))
    def get_case_file_part(self, call: Call) -> Answer:
        """A part of a file of a case. The first one writes: that they opened it."""
        if call.data["number"]:
            with self.db.reading() as session:
                found = attaching.file_of_office(session, call.actor, call.data["file_id"])
        else:
            with self.db.transaction() as session:
                found = attaching.open_file_of_office(session, call.actor, call.data["file_id"])
        return attaching.part(found, self._sealed(found), call.data["number"])

    @every(seconds=3600)
    def sweep_files(self) -> None:
        """Bytes whose row is gone, with a draft, a case or an account: nobody can read them any more."""
        old = clock.now().timestamp() - FRESH_SECONDS
        there = [file_id for file_id, changed in offload(list, self.store.all()) if changed < old]
        for start in range(0, len(there), attaching.BATCH):
            with self.db.transaction() as session:
                gone = attaching.sweep(session, there[start : start + attaching.BATCH])
            for file_id in gone:
                self.store.delete(file_id)

    @rpc(allow=staff("operator"))
    def get_scanner_state(self, call: Call) -> Answer:
        """Whether there is a virus scanner, and whether it answers."""
        with self.db.reading() as session:
            waiting = attaching.count_unchecked(session)
        found = {"address": self.settings.clamd_uri, "is_reachable": False, "version": "", "error": "", "waiting": waiting}
        if self.scanner is None:
            return found
        try:
            return {**found, "is_reachable": True, "version": self.scanner.version()}
        except Unavailable as away:
            return {**found, "error": away.text}

    def _forget(self, call: Call, file_id: str) -> Answer:
        with self.db.transaction() as session:
            answer = attaching.remove_file(session, call.actor, file_id=file_id)
        self.store.delete(file_id)
        return answer

    def _sealed(self, whole: Whole) -> SealedFile:
        return SealedFile(self.store, whole.file_id, whole.key, whole.size)

    @property
    def store(self) -> FileStore:
        """Where the bytes are kept."""
        return FolderStore(self.settings.var_dir / "files")

    @property
    def scanner(self) -> Scanner | None:
        """Who looks for viruses, if anybody does."""
        return scanner_of(self.settings.clamd_uri)
