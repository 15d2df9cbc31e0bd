"""The small types that the messages of identity are made of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from contracts.personal import PERSONAL

Level = Literal["ministry", "province", "city", "county"]
Place = Annotated[str, Field(pattern=r"^\d{6}$", description="GB/T 2260 code of an administrative division")]
Name = Annotated[str, Field(min_length=1, max_length=80)]
PersonName = Annotated[str, Field(min_length=2, max_length=40), PERSONAL]
Words = Annotated[str, Field(min_length=1, max_length=200)]
PersonalWords = Annotated[str, Field(min_length=1, max_length=200), PERSONAL]
Username = Annotated[str, Field(min_length=4, max_length=40, pattern=r"^[A-Za-z0-9_.@-]+$"), PERSONAL]
Password = Annotated[str, Field(min_length=8, max_length=200, json_schema_extra={"format": "password"})]
Code = Annotated[str, Field(pattern=r"^\d{6}$")]
PersonFile = Literal["portrait", "id_card_front", "id_card_back", "id_card_in_hand", "commitment_letter", "signature"]
EnterpriseFile = Literal["business_licence", "qualification_certificate"]
Duty = Literal["appoint", "authenticate", "accept", "review", "publicise", "announce", "load_qualifications"]
