"""The firm and its people: Firm, Member, Invitation.

A firm always keeps an owner. A member joins by an invitation and by nothing else; one who is removed is out at once,
because a session is good only while its member is active.
"""
