"""The tables of the view ``deadlines``: which times run in which case, and which publicities end when."""

# key: a stage's name, an objection's id. began_on: none before it runs. over: its end has had its effect.
TABLES = """
CREATE TABLE IF NOT EXISTS publicity_ends (
    case_id        uuid PRIMARY KEY,
    due_at         timestamptz NOT NULL,
    correlation_id text NOT NULL,
    causation_id   text NOT NULL,
    depth          int NOT NULL
);
CREATE TABLE IF NOT EXISTS running (
    case_id        uuid NOT NULL,
    deadline       text NOT NULL,
    key            text NOT NULL,
    stage          text,
    began_on       date,
    days_left      int NOT NULL,
    working_days   int NOT NULL,
    remind_before  int NOT NULL DEFAULT 0,
    suspended      text,
    extended       boolean NOT NULL DEFAULT false,
    reminded       boolean NOT NULL DEFAULT false,
    over           boolean NOT NULL DEFAULT false,
    legal_basis    text,
    effect         text NOT NULL,
    correlation_id text NOT NULL,
    causation_id   text NOT NULL,
    depth          int NOT NULL,
    PRIMARY KEY (case_id, deadline, key)
);
"""
INDEXES = """
CREATE INDEX IF NOT EXISTS publicity_ends_by_due_at ON publicity_ends (due_at);
CREATE INDEX IF NOT EXISTS running_out ON running (days_left, began_on)
    WHERE began_on IS NOT NULL AND suspended IS NULL AND NOT over;
CREATE INDEX IF NOT EXISTS running_near ON running (greatest(days_left - remind_before, 0), began_on)
    WHERE began_on IS NOT NULL AND suspended IS NULL AND NOT over AND remind_before > 0 AND NOT reminded;
"""
