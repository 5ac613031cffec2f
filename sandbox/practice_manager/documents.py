"""Documents filed with a client: list and add. What is in them is not kept."""

from __future__ import annotations

import base64
import binascii
import hashlib

from ..state.people import new_id
from ..world.records import Document
from .answer import Refused, Reply, Rows, Shape
from .asked import Asked


def list_(asked: Asked) -> Rows:
    client = asked.client(asked.ids["id"])
    rows = [
        {
            "title": one.title,
            "text": one.text,
            "folder": one.folder,
            "date": one.date,
            "createdBy": one.created_by,
            "fileName": one.file_name,
            "url": f"{asked.origin}/Document/{one.uuid}",
        }
        for one in asked.records.documents.get(client.uuid, ())
    ]
    return Rows("documents", [Shape(one) for one in rows])


def add(asked: Asked) -> Reply:
    sent = asked.read()
    client = asked.client(sent.get("clientUuid", ""))
    title = str(sent.get("title", "")).strip()
    if not title:
        raise Refused("Document title is required")
    try:
        content = base64.b64decode(str(sent.get("content", "")), validate=True)
    except (binascii.Error, ValueError):
        raise Refused("Invalid document content") from None
    said = {name: str(sent.get(name, "")).strip() for name in ("text", "folder", "fileName")}
    one = Document(
        uuid=new_id(),
        title=title,
        text=said["text"],
        folder=said["folder"],
        date=asked.now.strftime("%Y%m%d"),
        created_by=asked.user,
        file_name=said["fileName"],
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    asked.people.add_document(client.uuid, one, asked.now)
    return Reply({"uuid": one.uuid})
