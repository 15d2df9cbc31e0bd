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

-- Everything that one decision changes, in one round trip and one transaction.
-- ZH001 another wrote to the stream first; ZH002 the command was handled before; ZH003 a claim is taken (the
-- detail is the refusal's code); ZH004 the position was followed before.
CREATE OR REPLACE FUNCTION append_events(
    streams text[], versions int[], names text[], bodies text[],
    new_command text, new_fingerprint text, reply_stream text, reply_version int,
    claim_kinds text[], claim_keys text[], claim_streams text[], claim_refusals text[],
    release_kinds text[], release_streams text[],
    follow_source text, follow_position bigint
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    last bigint;
    holder text;
    n int := coalesce(array_length(streams, 1), 0);
BEGIN
    IF follow_source IS NOT NULL THEN
        INSERT INTO followed VALUES (follow_source, follow_position)
            ON CONFLICT (source) DO UPDATE SET position = excluded.position
            WHERE followed.position < excluded.position;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'position already followed' USING ERRCODE = 'ZH004';
        END IF;
    END IF;
    -- One writer at a time: positions come without gaps and in commit order, so a reader never skips one.
    IF n > 0 THEN
        PERFORM pg_advisory_xact_lock(7342013);
        SELECT coalesce(max(position), 0) INTO last FROM events;
    ELSE -- nothing new: the reply says where the stream's last event stands
        SELECT coalesce(max(position), 0) INTO last FROM events WHERE stream = reply_stream;
    END IF;
    IF new_command IS NOT NULL THEN
        INSERT INTO handled_commands VALUES (new_command, new_fingerprint, reply_stream, reply_version, last + n)
            ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'command already handled' USING ERRCODE = 'ZH002';
        END IF;
    END IF;
    FOR i IN 1 .. coalesce(array_length(release_kinds, 1), 0) LOOP
        DELETE FROM claims WHERE stream = release_streams[i] AND kind = release_kinds[i];
    END LOOP;
    FOR i IN 1 .. coalesce(array_length(claim_kinds, 1), 0) LOOP
        INSERT INTO claims VALUES (claim_kinds[i], claim_keys[i], claim_streams[i]) ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            SELECT stream INTO holder FROM claims WHERE kind = claim_kinds[i] AND key = claim_keys[i];
            IF holder IS DISTINCT FROM claim_streams[i] THEN
                RAISE EXCEPTION 'claim taken' USING ERRCODE = 'ZH003', DETAIL = claim_refusals[i];
            END IF;
        END IF;
    END LOOP;
    IF n > 0 THEN
        BEGIN
            INSERT INTO events
                SELECT last + ordinality, s, v, m, b
                FROM unnest(streams, versions, names, bodies) WITH ORDINALITY AS t(s, v, m, b, ordinality);
        EXCEPTION WHEN unique_violation THEN
            RAISE EXCEPTION 'stream moved on' USING ERRCODE = 'ZH001';
        END;
        PERFORM pg_notify('events', (last + n)::text);
    END IF;
    RETURN last + n;
END $$;
