"""A letter to one person, kept until it is sent."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from practice.kernel.database import Base, FirmOwned, Sealed, one_of


class Message(FirmOwned, Base):
    """One letter. Address and text are sealed; the intent's key makes a second one of the same impossible."""

    __tablename__ = "message"

    intent: Mapped[str]
    recipient: Mapped[Sealed]
    subject: Mapped[Sealed]
    body: Mapped[Sealed]
    html: Mapped[Sealed]
    state: Mapped[str] = mapped_column(default="queued")
    sent_at: Mapped[datetime | None]

    __table_args__ = (one_of("state", ("queued", "sent", "kept")), UniqueConstraint("firm_id", "intent"))
