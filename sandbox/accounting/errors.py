"""The Accounting API's own refusals: 404 as text, 400 with a number and a type."""

from dataclasses import dataclass, field
from typing import Any

NOT_FOUND = "The resource you're looking for cannot be found"


@dataclass(slots=True)
class ApiError(Exception):
    number: int
    type: str
    message: str
    status: int = 400
    elements: list[dict[str, Any]] = field(default_factory=list)


class QueryParseError(ApiError):
    def __init__(self, detail: str) -> None:
        super().__init__(16, "QueryParseException", detail or "QueryParseException")


class ValidationError(ApiError):
    def __init__(self, detail: str) -> None:
        super().__init__(10, "ValidationException", detail)


class InvalidElementsError(ApiError):
    """Each element comes with its own ValidationErrors."""

    def __init__(self, elements: list[dict[str, Any]]) -> None:
        super().__init__(10, "ValidationException", "A validation exception occurred", elements=elements)


class PostDataInvalidError(ApiError):
    def __init__(self, detail: str) -> None:
        super().__init__(14, "PostDataInvalidException", detail)


class NoDataProcessedError(ApiError):
    def __init__(self, detail: str) -> None:
        super().__init__(17, "NoDataProcessedException", detail)


class NotImplementedMethodError(ApiError):
    def __init__(self) -> None:
        super().__init__(20, "ApiMethodNotImplementedException", "The method is not implemented for this resource", 501)
