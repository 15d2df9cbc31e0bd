-- Everything that a batch of decisions changes, in one round trip and one transaction; or, when something stands in
-- the way of some of them, nothing, and which they are. The writer (writer.py) leaves those out and asks again.
--
-- One writer at a time, until its commit: positions come without gaps and in commit order, so a reader never skips
-- one. "last" is the position before the batch; its events follow in the order given.
-- Every array but the first four carries, as "…_of", the number of the append in the batch that an element belongs to.
-- Reasons: conflict (detail: the version that the stream has), handled, claimed (the refusal's code), followed.
CREATE OR REPLACE FUNCTION append_batch(
    streams text[], versions int[], names text[], bodies text[], rows_of int[],
    commands text[], fingerprints text[], reply_streams text[], reply_versions int[], offsets int[], positions bigint[],
    commands_of int[],
    claim_kinds text[], claim_keys text[], claim_streams text[], claim_refusals text[], claims_of int[],
    release_kinds text[], release_streams text[],
    sources text[], reached bigint[], sources_of int[],
    OUT last bigint, OUT refused int[], OUT reasons text[], OUT details text[]
) LANGUAGE plpgsql AS $$
DECLARE
    done int;
BEGIN
    PERFORM pg_advisory_xact_lock(7342013);
    SELECT coalesce(max(position), 0) INTO last FROM events;
    BEGIN
        IF cardinality(streams) > 0 THEN
            INSERT INTO events SELECT last + n, s, v, e, b
                FROM unnest(streams, versions, names, bodies) WITH ORDINALITY AS t(s, v, e, b, n);
            -- A rival may have been told of a version that never came to be: no stream gets a gap from it.
            IF EXISTS (SELECT FROM unnest(streams, versions) AS t(s, v)
                    WHERE v > 1 AND NOT EXISTS (SELECT FROM events WHERE stream = s AND version = v - 1)) THEN
                RAISE unique_violation;
            END IF;
        END IF;
        IF cardinality(commands) > 0 THEN -- a command that made nothing happen is answered with where its stream stood
            INSERT INTO handled_commands SELECT c, f, s, v, coalesce(last + o, p)
                FROM unnest(commands, fingerprints, reply_streams, reply_versions, offsets, positions) AS t(c, f, s, v, o, p);
        END IF;
        IF cardinality(release_kinds) > 0 THEN
            DELETE FROM claims USING unnest(release_kinds, release_streams) AS t(k, s)
                WHERE claims.stream = s AND claims.kind = k;
        END IF;
        IF cardinality(claim_kinds) > 0 THEN
            -- DISTINCT: one stream may take a claim twice, one statement may not touch its row twice
            WITH taken AS (
                INSERT INTO claims SELECT DISTINCT k, y, s FROM unnest(claim_kinds, claim_keys, claim_streams) AS t(k, y, s)
                    ON CONFLICT (kind, key) DO UPDATE SET stream = excluded.stream WHERE claims.stream = excluded.stream
                    RETURNING 1
            )
            SELECT count(*) - (SELECT count(DISTINCT (k, y)) FROM unnest(claim_kinds, claim_keys) AS t(k, y))
                INTO done FROM taken;
            IF done <> 0 THEN
                RAISE unique_violation;
            END IF;
        END IF;
        IF cardinality(sources) > 0 THEN
            INSERT INTO followed SELECT s, p FROM unnest(sources, reached) AS t(s, p)
                ON CONFLICT (source) DO UPDATE SET position = excluded.position WHERE followed.position < excluded.position;
            GET DIAGNOSTICS done = ROW_COUNT;
            IF done < cardinality(sources) THEN
                RAISE unique_violation;
            END IF;
        END IF;
    EXCEPTION WHEN unique_violation OR cardinality_violation THEN
        -- Nothing of the batch is there any more; the lock is, so what is found now stays true until this ends.
        SELECT array_agg(n ORDER BY first), array_agg(reason ORDER BY first), array_agg(detail ORDER BY first)
            INTO refused, reasons, details FROM (
            SELECT 1 AS first, o AS n, 'followed' AS reason, NULL::text AS detail
                FROM unnest(sources, reached, sources_of) AS t(s, p, o) JOIN followed ON source = s
                WHERE followed.position >= p
            UNION ALL SELECT 2, o, 'handled', NULL
                FROM unnest(commands, commands_of) AS t(c, o) JOIN handled_commands ON command_id = c
            UNION ALL SELECT 3, o, 'conflict', actual::text
                FROM (SELECT DISTINCT ON (o, s) s, v, o FROM unnest(streams, versions, rows_of) AS t(s, v, o)
                    ORDER BY o, s, v) AS begins,
                LATERAL (SELECT coalesce(max(version), 0) AS actual FROM events WHERE stream = s) AS now
                WHERE actual >= v OR (v > actual + 1 AND v > 1 AND NOT EXISTS (
                    SELECT FROM unnest(streams, versions) AS u(s2, v2) WHERE s2 = s AND v2 = v - 1))
            UNION ALL SELECT 4, o, 'claimed', r
                FROM unnest(claim_kinds, claim_keys, claim_streams, claim_refusals, claims_of) AS t(k, y, s, r, o)
                JOIN claims ON kind = k AND key = y
                WHERE claims.stream <> s
                    AND NOT EXISTS (SELECT FROM unnest(release_kinds, release_streams) AS u(k2, s2)
                        WHERE k2 = kind AND s2 = claims.stream)
        ) AS found;
        IF refused IS NULL THEN
            RAISE; -- the batch is at odds with itself: its appends are tried one by one
        END IF;
        RETURN;
    END;
    IF cardinality(streams) > 0 THEN
        PERFORM pg_notify('events', (last + cardinality(streams))::text);
    END IF;
END $$;

-- The commonest batch, one decision with one event and no more than its command beside it, by the shortest way.
-- A unique_violation says that something stands in its way; append_batch says what.
CREATE OR REPLACE FUNCTION append_one(
    new_stream text, new_version int, new_name text, new_body text, new_command text, new_fingerprint text
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    place bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7342013);
    place := coalesce((SELECT max(position) FROM events), 0) + 1;
    IF new_version > 1 AND NOT EXISTS (SELECT FROM events WHERE stream = new_stream AND version = new_version - 1) THEN
        RAISE unique_violation;
    END IF;
    INSERT INTO events VALUES (place, new_stream, new_version, new_name, new_body);
    IF new_command IS NOT NULL THEN
        INSERT INTO handled_commands VALUES (new_command, new_fingerprint, new_stream, new_version, place);
    END IF;
    PERFORM pg_notify('events', place::text);
    RETURN place;
END $$;
