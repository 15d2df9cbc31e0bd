-- How far the development product's clock is ahead of the world's: one row, shared by all replicas.
CREATE TABLE IF NOT EXISTS development_clock (
    one            boolean PRIMARY KEY DEFAULT true CHECK (one),
    offset_seconds bigint NOT NULL CHECK (offset_seconds >= 0)
);
INSERT INTO development_clock (offset_seconds) VALUES (0) ON CONFLICT DO NOTHING;
