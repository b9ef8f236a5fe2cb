-- How much the sites hurt, and when.
CREATE TABLE pain (
    id         INTEGER PRIMARY KEY,
    at_unix_ms INTEGER NOT NULL,
    site       TEXT    NOT NULL,
    nrs        INTEGER NOT NULL CHECK (nrs BETWEEN 0 AND 10),
    kind       TEXT    NOT NULL,                -- before-session, after-session, next-morning, other
    before_nrs INTEGER CHECK (before_nrs BETWEEN 0 AND 10), -- what it is compared with, after a session
    session_id INTEGER,
    awake      INTEGER CHECK (awake IN (0, 1)), -- NULL: not known
    cause      TEXT,
    note       TEXT
) STRICT;

CREATE INDEX pain_by_site ON pain (site, id);

-- What was done besides the sessions.
CREATE TABLE treatments (
    id         INTEGER PRIMARY KEY,
    at_unix_ms INTEGER NOT NULL,
    kind       TEXT    NOT NULL,
    site       TEXT    NOT NULL,
    before_nrs INTEGER CHECK (before_nrs BETWEEN 0 AND 10),
    after_nrs  INTEGER CHECK (after_nrs BETWEEN 0 AND 10),
    note       TEXT
) STRICT;

CREATE INDEX treatments_by_site ON treatments (site, id);

-- Sites that two sessions in a row made worse (HL-P1); one that is not settled stays locked.
CREATE TABLE locks (
    id              INTEGER PRIMARY KEY,
    site            TEXT    NOT NULL,
    locked_unix_ms  INTEGER NOT NULL,
    settled_unix_ms INTEGER,
    how             TEXT                        -- seen, waived
) STRICT;

-- What was answered about signs of an emergency (HL-P2); the newest counts.
CREATE TABLE red_flags (
    id         INTEGER PRIMARY KEY,
    at_unix_ms INTEGER NOT NULL,
    yes        TEXT    NOT NULL                 -- names with a blank between them; none is no to all
) STRICT;
