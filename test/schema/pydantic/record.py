"""Records what Pydantic makes of each input: `python record.py > expectations.json`.

Made with pydantic 2.13.5 and email-validator 2.3.0, in Python mode, as FastAPI validates bodies.
"""

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Annotated, Any, Dict, Literal, Optional, Set, Tuple, Union
from uuid import UUID

from pydantic import (
    UUID4,
    AnyUrl,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    EmailStr,
    Field,
    HttpUrl,
    NaiveDatetime,
    TypeAdapter,
    ValidationError,
    WebsocketUrl,
    computed_field,
)
from pydantic.networks import IPvAnyAddress


class Color(str, Enum):
    red = "red"
    blue = "blue"


class Level(IntEnum):
    low = 1
    high = 2


class Cat(BaseModel):
    pet_type: Literal["cat"]
    age: int


class Dog(BaseModel):
    pet_type: Literal["dog"]
    age: int


class Aliased(BaseModel):
    user_id: int = Field(alias="userId")
    note: str = Field("x", validation_alias="noteIn", serialization_alias="noteOut")


class Node(BaseModel):
    value: int
    next: Optional["Node"] = None


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")
    a: int


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")
    a: int


class Box(BaseModel):
    w: int
    h: int = 3

    @computed_field
    @property
    def area(self) -> int:
        return self.w * self.h


Pet = Annotated[Union[Cat, Dog], Field(discriminator="pet_type")]

CASES = {
    "time": (time, ["14:23:55", "14:23", "14:23:55.5", "14:23:55Z", "14:23:55+02:00", "24:00", "14:60", "14:23:61", "14", "", None]),
    "date": (date, ["2024-02-29", "2023-02-29", "2024-13-01", "2024-1-1", "", "2024-02-29T00:00:00", "2024-02-29T01:00:00", "2024-02-29x", None, "2024-02-29xx:00"]),
    "dateRange": (Annotated[date, Field(ge=date(2024, 1, 1), le=date(2024, 12, 31))], ["2024-05-05", "2023-12-31", "2025-01-01"]),
    "datetime": (AwareDatetime, ["2024-02-29T10:00:00Z", "2024-02-29T10:00:00", "x", "2024-02-29T25:00:00Z", "2024-02-30T10:00:00Z", "2024-13-01T00:00:00Z", None, True, "2024-02-29T10:00:00Zx", "2024-02-29"]),
    "localDatetime": (NaiveDatetime, ["2024-02-29T10:00:00", "2024-02-29T10:00:00Z", "x"]),
    "duration": (timedelta, ["PT1H30M", "P1DT2H", "P1W", "P1Y", "PT0.5S", "-PT1H", "1 day, 01:00:00", "01:30:00", 90, 1.5, "90", "x", "", "P", "PT", None, "P1Y2M3DT4H5M6.7S", "P1D2H", "PT36H", "PT0S"]),
    "decimal": (Decimal, ["1.50", "12", 1.5, 3, "x", "", "NaN", "Infinity", None, True, ".5", "00012.30", "+1"]),
    "decimalLimits": (Annotated[Decimal, Field(max_digits=5, decimal_places=2, gt=0, le=Decimal("100.5"))], ["1.23", "1.234", "123456", "1234.1", "0", "100.51", "100.5", "0.001", "99999.9", "1.2300"]),
    "decimalMultiple": (Annotated[Decimal, Field(multiple_of=Decimal("0.05"))], ["1.05", "1.07"]),
    "enum": (Color, ["red", "green", 1]),
    "intEnum": (Level, [1, 3, "x"]),
    "tuple": (Tuple[int, str], [[1, "a"], [1], [1, "a", 2], [], "x", [{}, 1], {}]),
    "set": (Set[int], [[1, 2, 2], [{}], "x", {}]),
    "setLimits": (Annotated[Set[int], Field(min_length=2, max_length=3)], [[1, 2], [1, 1]]),
    "map": (Dict[int, str], [{"1": "a"}, {"x": "a"}, {"1": 5}, []]),
    "keyedRecord": (Dict[Annotated[str, Field(pattern="^a")], int], [{"ab": 1}, {"b": 1}]),
    "uuidKeys": (Dict[UUID, int], [{"b": 1}]),
    "enumKeys": (Dict[Color, int], [{"red": 1}, {"z": 1}]),
    "mapLimits": (Annotated[Dict[str, int], Field(min_length=1, max_length=1)], [{"a": 1}, {}, {"a": 1, "b": 2}]),
    "discriminated": (Pet, [{"pet_type": "cat", "age": 1}, {"pet_type": "x"}, {}, "x", {"pet_type": "cat"}, {"pet_type": 5}, {"pet_type": None}]),
    "alias": (Aliased, [{"userId": 1}, {"user_id": 1}, {"userId": {}, "noteIn": 5}]),
    "recursive": (Node, [{"value": 1, "next": {"value": 2}}, {"value": 1, "next": {"value": {}}}]),
    "open": (Open, [{"a": 1, "b": 2}]),
    "closed": (Closed, [{"a": 1}, {"a": 1, "b": 2}]),
    "computed": (Box, [{"w": 2}, {}]),
    "httpUrl": (HttpUrl, ["http://example.com", "HTTP://EXAMPLE.com/a b", "x", "", "ftp://x.com", "http://", "http://exa mple.com", "http://a.b:99999", "/x", "http://[::1", "http://x.com/" + "a" * 2090, 5, "https:x", "http://1.2.3.4.5", "http://256.1.1.1", "//x.com", "http://user:pw@h/p?q#f", " http://x.com ", "http://x.com:80/"]),
    "url": (AnyUrl, ["mailto:a@b.c", "foo:bar", "x", "http://"]),
    "webSocketUrl": (WebsocketUrl, ["ws://x/", "http://x"]),
    "ipv4": (IPv4Address, ["1.2.3.4", "256.1.1.1", "::1", "01.2.3.4"]),
    "ipv6": (IPv6Address, ["::1", "2001:DB8:0:0::1", "1.2.3.4", "::g"]),
    "ip": (IPvAnyAddress, ["x", "::1", "1.2.3.4"]),
    "ipv4Network": (IPv4Network, ["10.0.0.0/8", "10.0.0.0", "10.0.0.1/8", "x", "10.0.0.0/33"]),
    "ipv6Network": (IPv6Network, ["2001:db8::/32", "x", "2001:db8::1/32"]),
    "uuid": (UUID, ["c892496f-b1fd-4b91-bdb8-b46f92df1716", "x", "c892496f-b1fd-4b91-bdb8-b46f92df171", "c892496f-b1fd-4b91-bdb8"]),
    "uuid4": (UUID4, ["c892496f-b1fd-4b91-bdb8-b46f92df1716", "c892496f-b1fd-1b91-bdb8-b46f92df1716", "x"]),
    "email": (EmailStr, ["a@b.co", "x"]),
    "literal": (Literal["a", 1], ["a", "b"]),
}


def plain(value: Any) -> Any:
    """As FastAPI's encoder shows what stands in `ctx`."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Exception):
        return {}
    return value


def outcome(adapter: TypeAdapter, value: Any) -> dict:
    try:
        parsed = adapter.validate_python(value)
    except ValidationError as error:
        return {
            "issues": [
                {
                    "type": item["type"],
                    "loc": list(item["loc"]),
                    "msg": item["msg"],
                    **({"ctx": {k: plain(v) for k, v in item["ctx"].items()}} if "ctx" in item else {}),
                }
                for item in error.errors(include_url=False)
            ]
        }
    return {"json": json.loads(adapter.dump_json(parsed, by_alias=True))}


recorded = {}
for name, (kind, inputs) in CASES.items():
    adapter = TypeAdapter(kind)
    recorded[name] = {
        "input": adapter.json_schema(),
        "output": adapter.json_schema(mode="serialization"),
        "cases": [{"given": value, **outcome(adapter, value)} for value in inputs],
    }
print(json.dumps(recorded, indent=2, ensure_ascii=False))
