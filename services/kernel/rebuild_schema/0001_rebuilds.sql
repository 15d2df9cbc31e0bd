-- How far the making anew of each view is, or how the last one ended: one row a view, for every replica to read.
CREATE TABLE rebuilds (
    view       text        PRIMARY KEY,
    state      text        NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    began_at   timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    positions  jsonb       NOT NULL,
    heads      jsonb       NOT NULL,
    error      text
);
