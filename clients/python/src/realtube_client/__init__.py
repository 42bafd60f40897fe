"""A client of RealTube: what people say is AI on YouTube (docs/clients.md of the repository).

`Client` blocks, `AsyncClient` is for asyncio; both do the same. `MemoryStore` and `SqliteStore`
hold a copy that decides without asking.
"""

from realtube_client.aio import AsyncClient
from realtube_client.asking import Patience
from realtube_client.client import Client
from realtube_client.compact import Compact, Table
from realtube_client.delta import CompactPage, WholePage
from realtube_client.errors import (
    Cancelled,
    Doubt,
    Expired,
    Intercepted,
    RealTubeError,
    Refused,
    Unreachable,
    Unreadable,
    Untrusted,
)
from realtube_client.following import Followed
from realtube_client.full import FullCopy
from realtube_client.handles import normalise_handle
from realtube_client.jurors import Accuracy, Given, Juror, Question, Questions, Result
from realtube_client.keys import key_of, new_identity, prefix_of, user_id_of
from realtube_client.signatures import Pin
from realtube_client.stores import Flag, MemoryStore, SqliteStore, State, Store
from realtube_client.values import (
    SIGNS,
    Cast,
    CategoryScore,
    Challenge,
    Channel,
    NamedSign,
    Video,
)
from realtube_client.version import VERSION

__version__ = VERSION
__all__ = [
    "SIGNS",
    "Accuracy",
    "AsyncClient",
    "Cancelled",
    "Cast",
    "CategoryScore",
    "Challenge",
    "Channel",
    "Client",
    "Compact",
    "CompactPage",
    "Doubt",
    "Expired",
    "Flag",
    "Followed",
    "FullCopy",
    "Given",
    "Intercepted",
    "Juror",
    "MemoryStore",
    "NamedSign",
    "Patience",
    "Pin",
    "Question",
    "Questions",
    "RealTubeError",
    "Refused",
    "Result",
    "SqliteStore",
    "State",
    "Store",
    "Table",
    "Unreachable",
    "Unreadable",
    "Untrusted",
    "Video",
    "WholePage",
    "key_of",
    "new_identity",
    "normalise_handle",
    "prefix_of",
    "user_id_of",
]
