"""A million made-up certificates, filings and qualifications in the views' own tables, with the proportions of a province.

One province has nearly all of it, another a thousandth and a third nothing; a few enterprises are large; every filter has
values that are frequent and values that are rare.
"""

from __future__ import annotations

from typing import Any

from services.kernel.view import View, entering

ENTERPRISES = 5_000
CITIES, COUNTIES = 14, 8
NAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈欧"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建文辉力永健世广志义兴良海山仁波宁贵福生龙元全"
SPECIALTIES = ("building", "municipal", "mechanical", "highway", "water", "mining")
def _drawn(draw: str, shares: dict[str, float], last: str) -> str:
    cases = " ".join(f"WHEN {draw} < {share} THEN '{value}'" for value, share in shares.items())
    return f"CASE {cases} ELSE '{last}' END"


_STATUS = _drawn("r", {"valid": 0.70, "expired": 0.92, "cancelled": 0.98, "lapsed": 0.9998}, "withdrawn")
_KIND = _drawn("q", {"constructor-2": 0.80, "constructor-2-temp": 0.88, "special-operations": 0.9995}, "constructor-1")
_FILED = _drawn(
    "r",
    {
        "approved": 0.80,
        "rejected": 0.90,
        "submitted": 0.95,
        "returned": 0.97,
        "draft": 0.985,
        "deleted": 0.99,
        "lapsed": 0.9999,
    },
    "awaiting_confirmation",
)
_TYPES = ("initial", "initial", "initial", "renewal", "renewal", "change", "added_specialty", "re_registration", "correction")
_TYPE = f"(ARRAY[{', '.join(repr(one) for one in _TYPES)}])[1 + g % 9]"
_PLACE = f"""CASE WHEN e % 1000 = 7 THEN '360102' ELSE
    '43' || lpad((1 + e % {CITIES})::text, 2, '0') || lpad((e / {CITIES} % {COUNTIES} + 2)::text, 2, '0') END"""
_SPECIALTY = f"(ARRAY[{', '.join(repr(one) for one in SPECIALTIES)}])[1 + least(floor(6 * q * q)::int, 5)]"


def _uuid(kind: str, n: str = "g") -> str:
    return f"md5('{kind}' || {n})::uuid"


# A few large enterprises and many small ones; r and q are where a row falls in two distributions.
_ROWS = f"""
    SELECT g, r, q, floor({ENTERPRISES} * power(s, 1.75))::int AS e,
        substr('{NAMES}', 1 + floor({len(NAMES)} * power(n, 1.5))::int, 1) || substr('{GIVEN}', 1 + g * 7 % {len(GIVEN)}, 1)
        || substr('{GIVEN}', 1 + g * 13 % {len(GIVEN)}, 1) AS name,
        '430102' || to_char(date '1960-01-01' + g % 15000, 'YYYYMMDD') || lpad((g / 15000 % 1000)::text, 3, '0') || g % 10 AS resident
    FROM (SELECT g, random() AS r, random() AS q, random() AS s, random() AS n FROM generate_series(1, {{rows}}) AS g) AS drawn"""

STATEMENTS: dict[str, list[str]] = {
    "certificate_register": [
        f"""INSERT INTO certificate (credential_id, filing_id, kind, title, registration_number, identifier, person_id,
            holder_name, resident_id, enterprise_id, enterprise_name, scopes, issuer_name, issuer_place, granted_on, valid_from,
            valid_until, origin, issues, electronic, state, registration_type, place)
        SELECT {_uuid("certificate")}, {_uuid("filing")}, {_KIND}, '注册证书', '湘2' || lpad(g::text, 12, '0'),
            CASE WHEN q < .75 THEN '1.2.156.' || g END, {_uuid("person")}, name, resident, {_uuid("enterprise", "e")},
            '第' || e || '建筑公司',
            jsonb_build_array(jsonb_build_object('specialty', {_SPECIALTY}, 'label', '专业', 'expires_on', '2028-01-01')),
            '湖南省住房和城乡建设厅', '430000', date '2020-01-01' + (g::bigint * 7919 % 2200)::int, '2025-01-01',
            CASE WHEN r < .0003 THEN date '2026-11-20' ELSE date '2027-01-01' + (g % 1000) END,
            CASE WHEN q < .7 THEN 'granted' ELSE 'imported' END, 1, q < .75, {_STATUS}, {_TYPE}, {_PLACE}
        FROM ({_ROWS}) AS made""",
        "INSERT INTO origin SELECT filing_id, registration_type, place FROM certificate",
        """INSERT INTO document SELECT identifier, '{"sha256": "%s", "name": "a.pdf", "content_type": "application/pdf", "size": 9}'
        FROM certificate WHERE identifier IS NOT NULL""" % ("0" * 64),
    ],
    "filing_progress": [
        f"""INSERT INTO filing (filing_id, matter, title, credential, number, registration_type, form_specialty, place,
            filer_person_id, filer_enterprise_id, person_id, person_name, resident_id, enterprise_id, enterprise_name, status,
            round, drafted_at, submitted_at, case_id, case_status, level, credential_id, identifier)
        SELECT {_uuid("filing")}, 'hunan/' || {_KIND} || '-' || {_TYPE}, '申报', {_KIND}, '2026' || lpad(g::text, 12, '0'),
            {_TYPE}, {_SPECIALTY}, {_PLACE}, CASE WHEN g % 10 = 0 THEN {_uuid("person")} END,
            CASE WHEN g % 10 > 0 THEN {_uuid("enterprise", "e")} END, {_uuid("person")}, name, resident,
            {_uuid("enterprise", "e")}, '第' || e || '建筑公司', {_FILED}, 1,
            timestamptz '2020-01-01' + (g::bigint * 7919 % 3168000) * interval '1 minute',
            CASE WHEN r < .97 OR r >= .99 THEN timestamptz '2020-01-02' + (g::bigint * 7919 % 3168000) * interval '1 minute' END,
            {_uuid("case")}, 'approved', 'province', {_uuid("certificate")}, '1.2.156.' || g
        FROM ({_ROWS}) AS made""",
        f"""INSERT INTO stage SELECT {_uuid("case")}, s.name, s.number, 'city', 5, NULL, 'escalated', 'passed', now()
        FROM generate_series(1, {{rows}}, 2) AS g
        CROSS JOIN (VALUES ('acceptance', 0), ('preliminary', 1), ('second', 2)) AS s (name, number)""",
        f"INSERT INTO enterprise SELECT {_uuid('enterprise')}, '第' || g || '建筑公司' FROM generate_series(0, {ENTERPRISES}) AS g",
        f"""INSERT INTO authority VALUES ({_uuid("p", "1")}, '湖南省住房和城乡建设厅', 'province', '43'),
            ({_uuid("p", "2")}, '长沙市住房和城乡建设局', 'city', '4301')""",
        f"""INSERT INTO confirmation (confirmation_id, filing_id, round, party, person_id, enterprise_id, filer_person_id,
            filer_enterprise_id, handed_in_at, matter, credential, registration_type, subject_id, subject_name, resident_id,
            former_enterprise, new_enterprise_id, new_enterprise, said, over, asked_at)
        SELECT gen_random_uuid(), filing_id, 1, p, CASE p WHEN 'person' THEN person_id END,
            CASE p WHEN 'former_enterprise' THEN md5('enterprise' || floor({ENTERPRISES} * power(random(), 1.75))::int)::uuid END,
            filer_person_id, filer_enterprise_id, coalesce(submitted_at, drafted_at), matter, credential, registration_type,
            person_id, person_name, resident_id, '原建筑公司', enterprise_id, enterprise_name,
            CASE WHEN status IN ('awaiting_confirmation', 'lapsed') THEN 'asked' ELSE 'confirmed' END,
            status <> 'awaiting_confirmation', drafted_at
        FROM filing CROSS JOIN (VALUES ('person'), ('former_enterprise')) AS parties (p)
        WHERE registration_type IN ('change', 'renewal')""",
    ],
    "qualification_list": [
        f"""INSERT INTO qualification (qualification_id, number, name, resident_id, credential, specialty, level, passed_year,
            obtained_on, list_place, enterprise_id, work_place)
        SELECT {_uuid("qualification")}, 'ZG' || lpad(g::text, 12, '0'), name, resident, 'constructor-2', {_SPECIALTY},
            'second-class', 2019, '2019-01-01', CASE WHEN r < .9 THEN '43' WHEN r < .95 THEN '' ELSE '36' END,
            CASE WHEN g % 2 = 0 THEN {_uuid("enterprise", "e")} END, CASE WHEN g % 2 = 0 THEN {_PLACE} END
        FROM ({_ROWS}) AS made""",
        """INSERT INTO person (person_id, resident_id, proven, verified, joined_id)
        SELECT md5('person' || right(number, 12)::int)::uuid, resident_id, true, true, enterprise_id FROM qualification
        WHERE enterprise_id IS NOT NULL""",
        f"""INSERT INTO enterprise SELECT {_uuid("enterprise", "e")}, '第' || e || '建筑公司', '91430000' || lpad(e::text, 10, '0'),
            {_PLACE} FROM generate_series(0, {ENTERPRISES}) AS e""",
    ],
    "parties": [
        f"""INSERT INTO party (party_id, kind, name, number, verified, registered_at, joined_id)
        SELECT {_uuid("person")}, 'person', name, resident, true, now(), {_uuid("enterprise", "e")} FROM ({_ROWS}) AS made""",
        f"""INSERT INTO party (party_id, kind, name, number, place, verified, registered_at)
        SELECT {_uuid("enterprise", "e")}, 'enterprise', '第' || e || '建筑公司', '91430000' || lpad(e::text, 10, '0'), {_PLACE},
            true, now()
        FROM generate_series(0, {ENTERPRISES}) AS e""",
        "INSERT INTO first_account SELECT party_id, 'u' || number FROM party",
        f"INSERT INTO filed SELECT {_uuid('filing')}, {_uuid('person')}, '430100' FROM generate_series(1, {{rows}}) AS g",
    ],
    "employment_list": [
        f"""INSERT INTO employment (employment_id, person_id, enterprise_id, starts_on, proposed_by, status, proposed_at)
        SELECT {_uuid("employment")}, {_uuid("person")}, {_uuid("enterprise", "e")}, '2025-01-01', 'enterprise', 'accepted', now()
        FROM ({_ROWS}) AS made""",
        f"INSERT INTO person SELECT {_uuid('person')}, name FROM ({_ROWS}) AS made",
        f"""INSERT INTO enterprise SELECT {_uuid("enterprise", "e")}, '第' || e || '建筑公司', {_PLACE}
        FROM generate_series(0, {ENTERPRISES}) AS e""",
    ],
}


def fill(connection: Any, view: View, rows: int) -> None:
    """The view's tables with so many rows, then its indexes, as a rebuilding makes them; and what autovacuum does next."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT setseed(0.5)")
        view.make(cursor, view.name)
        for statement in STATEMENTS[view.name]:
            cursor.execute(statement.replace("{rows}", str(rows)))
        cursor.execute(view.indexes)
        cursor.execute("COMMIT")
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [view.name])
        for (table,) in cursor.fetchall():
            cursor.execute(f'VACUUM (ANALYZE) "{view.name}"."{table}"')


def enters(cursor: Any, view: View) -> None:
    """Questions of this view can be asked of the cursor until its transaction ends."""
    cursor.execute(entering(view.name))
