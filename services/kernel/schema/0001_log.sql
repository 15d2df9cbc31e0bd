-- The event log of one service: events, and in the same transaction claims, handled commands and positions followed.

CREATE TABLE IF NOT EXISTS events (
    position bigint PRIMARY KEY,
    stream   text   NOT NULL,
    version  int    NOT NULL,
    name     text   NOT NULL,
    body     text   NOT NULL,
    UNIQUE (stream, version)
);

CREATE TABLE IF NOT EXISTS handled_commands (
    command_id  text PRIMARY KEY,
    fingerprint text   NOT NULL,
    stream      text   NOT NULL,
    version     int    NOT NULL,
    position    bigint NOT NULL
);

CREATE TABLE IF NOT EXISTS claims (
    kind   text NOT NULL,
    key    text NOT NULL,
    stream text NOT NULL,
    PRIMARY KEY (kind, key)
);
CREATE INDEX IF NOT EXISTS claims_by_stream ON claims (stream, kind);

CREATE TABLE IF NOT EXISTS followed (
    source   text PRIMARY KEY,
    position bigint NOT NULL
);

CREATE TABLE IF NOT EXISTS published (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    position bigint NOT NULL
);
INSERT INTO published (position) VALUES (0) ON CONFLICT DO NOTHING;
