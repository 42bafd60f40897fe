"""The errors a client may see: one class a code, one shape for all (docs/contract.md#errors)."""

from __future__ import annotations

from typing import Any, ClassVar


class ApiError(Exception):
    """Base of every error that is answered to the client.

    `message` is English for people; `field` names the member or parameter at fault;
    `retry_after_s` is whole seconds, sent as `retryAfter` and as the `Retry-After` header.
    """

    code: ClassVar[str] = "INTERNAL_ERROR"
    status: ClassVar[int] = 500
    message: ClassVar[str] = "Something went wrong on our side."

    def __init__(
        self, message: str = "", *, field: str = "", retry_after_s: int | None = None
    ) -> None:
        super().__init__(message or self.message)
        self.field = field
        self.retry_after_s = retry_after_s

    def body(self) -> dict[str, Any]:
        """The JSON object of the response."""
        error: dict[str, Any] = {"code": self.code, "message": str(self)}
        if self.field:
            error["field"] = self.field
        if self.retry_after_s is not None:
            error["retryAfter"] = self.retry_after_s
        return {"error": error}


class InvalidBody(ApiError):
    """The body is not a JSON object, or a member has the wrong JSON type."""

    code, status, message = "INVALID_BODY", 400, "The body must be a JSON object."


class UnknownHost(InvalidBody):
    """The site is not served under the host name that was asked for."""

    message = (
        "This site is not served under this host name. If you run it, add the name to "
        "REALTUBE_ALLOWED_HOSTS and restart."
    )


class AddressTooLong(InvalidBody):
    """Path and query have more than 4,094 bytes."""

    status, message = 414, "The request is malformed: its address is too long."


class HeaderTooLarge(InvalidBody):
    """A header has more than 8,190 bytes."""

    status, message = 431, "The request is malformed: one of its headers is too large."


class MissingFields(ApiError):
    """A required member that has no rule of its own is empty or absent."""

    code, status, message = "MISSING_FIELDS", 400, "A required member is missing."


class InvalidField(ApiError):
    """An id fails its rule, or is empty or absent."""

    code, status, message = "INVALID_FIELD", 400, "A member is not valid."


class InvalidCategory(ApiError):
    """The category is unknown, or cannot be voted for now."""

    code, status, message = "INVALID_CATEGORY", 400, "The category is not known."


class InvalidPrefix(ApiError):
    """A hash prefix is not 4 to 8 hex characters."""

    code, status = "INVALID_PREFIX", 400
    message = "A hash prefix is 4 to 8 characters of 0-9 and a-f."


class MissingParam(ApiError):
    """A required query parameter is absent or empty."""

    code, status, message = "MISSING_PARAM", 400, "A required parameter is missing."


class InvalidParam(ApiError):
    """A query parameter is malformed."""

    code, status, message = "INVALID_PARAM", 400, "A parameter is not valid."


class Forbidden(ApiError):
    """The caller may not do this."""

    code, status, message = "FORBIDDEN", 403, "This is not allowed."


class NotFound(ApiError):
    """What was asked for does not exist."""

    code, status, message = "NOT_FOUND", 404, "Nothing was found."


class MethodNotAllowed(ApiError):
    """The path exists, but not with this method."""

    code, status = "METHOD_NOT_ALLOWED", 405
    message = "This method is not allowed here; see the Allow header."


class AlreadyAnswered(ApiError):
    """A juror has answered this question otherwise."""

    code, status, message = "ALREADY_ANSWERED", 409, "This was answered otherwise."


class NotFlagged(ApiError):
    """An appeal is about what is not flagged."""

    code, status, message = "NOT_FLAGGED", 409, "This is not flagged: there is nothing to appeal."


class QuestionClosed(ApiError):
    """A juror's answer comes too late."""

    code, status, message = "QUESTION_CLOSED", 410, "This question is closed."


class SyncExpired(ApiError):
    """A delta cursor is older than what is kept."""

    code, status = "SYNC_EXPIRED", 410
    message = "This cursor is too old; run a full sync."


class TooManyClips(ApiError):
    """A target, an appeal or a video has all the clips, or pictures of reports, it may have."""

    code, status, message = "TOO_MANY_CLIPS", 409, "There is no room for another clip."


class UploadConflict(ApiError):
    """An upload goes on from another byte than the one that is wanted next."""

    code, status = "UPLOAD_CONFLICT", 409
    message = "This is not the byte that is wanted next; ask with HEAD which is."


class UploadGone(ApiError):
    """An upload was removed, was given up, or has failed."""

    code, status, message = "UPLOAD_GONE", 410, "This upload is no more; begin a new one."


class UploadVersion(ApiError):
    """The request does not speak the server's version of tus."""

    code, status = "UPLOAD_VERSION", 412
    message = "Send Tus-Resumable: 1.0.0; no other version is spoken here."


class PayloadTooLarge(ApiError):
    """The body is larger than the limit."""

    code, status, message = "PAYLOAD_TOO_LARGE", 413, "The body is too large."


class UnsupportedMediaType(ApiError):
    """The body is not declared as JSON."""

    code, status = "UNSUPPORTED_MEDIA_TYPE", 415
    message = "Send the body as application/json."


class RangeNotSatisfiable(ApiError):
    """A byte range begins behind the end of the file."""

    code, status = "RANGE_NOT_SATISFIABLE", 416
    message = "The range begins behind the end; see the Content-Range header."


class UploadLocked(ApiError):
    """Another request is at this upload."""

    code, status = "UPLOAD_LOCKED", 423
    message = "Another request is sending this clip; try again in a moment."


class RateLimited(ApiError):
    """A limit is exceeded."""

    code, status, message = "RATE_LIMITED", 429, "Too many requests; try again later."


class ReadOnly(ApiError):
    """Writes are switched off, or the database accepts none."""

    code, status = "READ_ONLY", 503
    message = "Nothing can be written right now; try again later."


class Overloaded(ApiError):
    """A part needed for the answer is away or too busy."""

    code, status = "OVERLOADED", 503
    message = "The service is too busy or partly away; try again later."


class ChecksumMismatch(ApiError):
    """What arrived has another checksum than what was sent."""

    code, status = "CHECKSUM_MISMATCH", 460
    message = "What arrived is not what was sent: the checksums differ. Send this part again."


class StorageFull(ApiError):
    """There is no room for a clip on the server."""

    code, status = "STORAGE_FULL", 507
    message = "There is no room on the server right now. What arrived is kept; try again later."


ERRORS: tuple[type[ApiError], ...] = (
    InvalidBody,
    MissingFields,
    InvalidField,
    InvalidCategory,
    InvalidPrefix,
    MissingParam,
    InvalidParam,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    AlreadyAnswered,
    NotFlagged,
    QuestionClosed,
    SyncExpired,
    TooManyClips,
    UploadConflict,
    UploadGone,
    UploadVersion,
    PayloadTooLarge,
    UnsupportedMediaType,
    RangeNotSatisfiable,
    UploadLocked,
    RateLimited,
    ApiError,
    ReadOnly,
    Overloaded,
    ChecksumMismatch,
    StorageFull,
)
