-- One row for each session, written before it starts and kept up to date while it runs.
CREATE TABLE sessions (
    id              INTEGER PRIMARY KEY,
    protocol        TEXT    NOT NULL,
    site            TEXT    NOT NULL,
    target_c        REAL    NOT NULL,
    duration_ms     INTEGER NOT NULL,
    started_unix_ms INTEGER NOT NULL,
    simulated       INTEGER NOT NULL CHECK (simulated IN (0, 1)),
    version         TEXT    NOT NULL,
    outcome         TEXT,                       -- NULL while it runs
    reason          TEXT,
    rule            TEXT,
    elapsed_ms      INTEGER NOT NULL DEFAULT 0,
    dose_cem43      REAL    NOT NULL DEFAULT 0,
    hottest_c       REAL,
    acknowledged_unix_ms INTEGER                -- when a person looked at an interrupted session
) STRICT;

CREATE INDEX sessions_by_site ON sessions (site, id);

-- What happened, in order. Events outside a session have none.
CREATE TABLE events (
    id         INTEGER PRIMARY KEY,
    session_id INTEGER REFERENCES sessions (id) ON DELETE CASCADE,
    at_unix_ms INTEGER NOT NULL,
    t_ms       INTEGER NOT NULL,                -- since the session's start; 0 outside a session
    kind       TEXT    NOT NULL,
    message    TEXT    NOT NULL,
    rule       TEXT
) STRICT;

CREATE INDEX events_by_session ON events (session_id, id);

-- The curve, once for each second of session time.
CREATE TABLE samples (
    session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    t_ms       INTEGER NOT NULL,
    contact1_c REAL,
    contact2_c REAL,
    ambient_c  REAL,
    target_c   REAL    NOT NULL,
    duty       REAL    NOT NULL,
    heater_on  INTEGER NOT NULL CHECK (heater_on IN (0, 1)),
    dose_cem43 REAL    NOT NULL,
    PRIMARY KEY (session_id, t_ms)
) STRICT, WITHOUT ROWID;

-- Latched faults; one without a clearing survives a restart.
CREATE TABLE faults (
    id              INTEGER PRIMARY KEY,
    kind            TEXT    NOT NULL,
    rule            TEXT    NOT NULL,
    reading_c       REAL,
    latched_unix_ms INTEGER NOT NULL,
    cleared_unix_ms INTEGER
) STRICT;
