-- In the manner of Message DB's write_message, written for this comparison: one lock for the category, a version
-- check, a global position from a sequence. Positions may have gaps; the category's lock keeps them in commit order.
CREATE TABLE IF NOT EXISTS messages (
    global_position bigserial PRIMARY KEY,
    stream_name     text   NOT NULL,
    position        bigint NOT NULL,
    type            text   NOT NULL,
    data            jsonb  NOT NULL,
    UNIQUE (stream_name, position)
);

CREATE OR REPLACE FUNCTION write_message(stream text, kind text, content jsonb, expected bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    actual bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(split_part(stream, '-', 1), 0));
    SELECT coalesce(max(position), 0) INTO actual FROM messages WHERE stream_name = stream;
    IF actual <> expected THEN
        RETURN -actual;
    END IF;
    INSERT INTO messages (stream_name, position, type, data) VALUES (stream, actual + 1, kind, content);
    RETURN actual + 1;
END $$;
