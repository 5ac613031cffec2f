"""What can go wrong about a firm and its people."""

from practice.kernel.problems import Kind, Problem, Remedy


class LastOwner(Problem):
    """A firm keeps at least one owner, or nobody could change its settings."""

    kind, title = Kind.CONFLICT, "A firm needs an owner"

    def __init__(self) -> None:
        super().__init__(detail="Make somebody else an owner first.", remedy=Remedy("Open team", "open_settings", "/configure/team"))


class OwnersOnly(Problem):
    """Only an owner makes, changes or removes owners."""

    kind, title = Kind.FORBIDDEN, "Only an owner can do this"

    def __init__(self) -> None:
        super().__init__(detail="An administrator manages everybody but owners. Ask an owner of your firm.")


class AlreadyMember(Problem):
    """The person is in the firm already, or the address is."""

    kind, title = Kind.CONFLICT, "Already in the team"

    def __init__(self, email: str) -> None:
        super().__init__(detail=f"{email} is a member already.", extensions={"email": email})


class AlreadyInvited(Problem):
    """An open invitation for this address exists."""

    kind, title = Kind.CONFLICT, "Already invited"

    def __init__(self, email: str) -> None:
        super().__init__(
            detail=f"An invitation for {email} is open. Withdraw it to send another.", extensions={"email": email}
        )


class InvitationOver(Problem):
    """The invitation was withdrawn, accepted, or has expired."""

    kind, title = Kind.GONE, "This invitation no longer works"

    def __init__(self) -> None:
        super().__init__(detail="It was withdrawn, used already, or has expired. Ask for a new one.")


class SignupClosed(Problem):
    """Nobody may found a firm on this installation, or only the holder of the link in its log."""

    kind, title = Kind.FORBIDDEN, "Firms are founded by invitation here"

    def __init__(self) -> None:
        super().__init__(
            detail="Ask a colleague for an invitation, or use the set-up link that the product printed at its first start.",
            remedy=Remedy("Back to sign-in", "sign_in", "/login"),
        )
