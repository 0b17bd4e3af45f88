"""Who may see and change which ticket. A ticket one may not see looks exactly like one that does not exist."""

from sqlalchemy import ColumnElement, and_, false, or_, true

from zhiqibot.core.people import Speaker
from zhiqibot.directory.model import Role
from zhiqibot.topics.tickets.model import Ticket


def visible_to(speaker: Speaker, linked: list[str]) -> ColumnElement[bool]:
    """Return the condition a ticket must meet to be seen by `speaker`; `linked` are a cadre's enterprise ids."""
    open_lane = Ticket.confidential.is_(False)
    if speaker.role == Role.SUPERVISOR:
        return true()
    if speaker.role == Role.OFFICE:
        return open_lane
    if speaker.role == Role.ENTERPRISE and speaker.enterprise_id:
        return Ticket.enterprise_id == speaker.enterprise_id
    if speaker.role == Role.CADRE:
        return and_(
            open_lane, or_(Ticket.enterprise_id.in_(linked), Ticket.cadre_id == speaker.person_id, _of_unit(speaker))
        )
    if speaker.role == Role.CLERK:
        return and_(open_lane, _of_unit(speaker))
    return false()


def _of_unit(speaker: Speaker) -> ColumnElement[bool]:
    return Ticket.unit_id == speaker.unit_id if speaker.unit_id else false()


def may_handle(speaker: Speaker, ticket: Ticket, linked: list[str]) -> bool:
    """Tell whether `speaker` may accept, progress, return and resolve: the unit's clerks, and the linked cadre."""
    if speaker.role == Role.CLERK:
        return ticket.unit_id == speaker.unit_id
    if speaker.role == Role.CADRE:
        return ticket.enterprise_id in linked or ticket.cadre_id == speaker.person_id
    return speaker.role == Role.OFFICE
