"""What can go wrong with exports."""

from practice.kernel.problems import Kind, Problem


class NotReady(Problem):
    """The file is not written yet."""

    kind, title = Kind.CONFLICT, "This file is not ready yet"


class NothingToExport(Problem):
    """There is nothing to put into the file."""

    kind, title = Kind.CONFLICT, "There is nothing to export"
