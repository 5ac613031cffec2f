"""Hands one letter to the mail server. A Message-ID made of its intent lets a receiver drop the one unavoidable double."""

from email.message import EmailMessage
from uuid import UUID

import aiosmtplib

from practice.kernel.context import Context
from practice.notices.models import Message
from practice.notices.problems import MailRefused


async def send_message(ctx: Context, *, message_id: UUID) -> None:
    """Sends once; a letter sent already stays so. Without a mail server it is kept. Raises MailRefused."""
    smtp = ctx.settings.smtp
    async with ctx.unit(write=False) as unit:
        row = await unit.get(Message, message_id)
        if row.state == "sent":
            return
        mail = EmailMessage()
        mail["From"] = smtp.sender
        mail["To"] = unit.reveal(row, "recipient")
        mail["Subject"] = unit.reveal(row, "subject")
        mail["Message-ID"] = f"<{row.id}@bulkhead>"
        mail["Date"] = row.created_at
        mail.set_content(unit.reveal(row, "body"))
        mail.add_alternative(unit.reveal(row, "html"), subtype="html")
    if smtp.host:
        try:
            await aiosmtplib.send(
                mail,
                hostname=smtp.host,
                port=smtp.port,
                username=smtp.username or None,
                password=smtp.password.get_secret_value() or None,
                start_tls=smtp.starttls,
                timeout=15,
            )
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailRefused(detail=f"{type(error).__name__}. It is tried again.") from None
    async with ctx.unit() as unit:
        row = await unit.lock(Message, message_id)
        row.state = "sent" if smtp.host else "kept"
        row.sent_at = unit.now if smtp.host else None
