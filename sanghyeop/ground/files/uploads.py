"""Taking in uploads without letting a huge one cost memory, disk or the rest of the form."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

#: Bytes of one uploaded file that are read at all; what an app accepts is its own, smaller rule.
LARGEST_UPLOAD = 20_000_000


class OversizedFile(SimpleUploadedFile):
    """Stands for a file that was too large to keep: its name is known, its content is not."""


class BoundedUploadHandler(FileUploadHandler):
    """Drops a file's content once it passes ``LARGEST_UPLOAD``; the other fields of the form still arrive."""

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.seen = 0
        self.too_large = False

    def receive_data_chunk(self, raw_data, start):
        self.seen += len(raw_data)
        if self.seen > LARGEST_UPLOAD:
            self.too_large = True
            return None
        return raw_data

    def file_complete(self, file_size):
        if self.too_large:
            return OversizedFile(self.file_name, b"", self.content_type)
        return None
