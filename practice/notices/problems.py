"""What can go wrong with mail."""

from practice.kernel.problems import Kind, Problem


class MailRefused(Problem):
    """The mail server is away or does not take the letter now."""

    kind, title = Kind.UPSTREAM, "The mail server did not take the letter"
