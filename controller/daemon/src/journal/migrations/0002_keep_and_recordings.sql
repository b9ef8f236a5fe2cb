-- What the log knows of the sealed file beside it, so that an older copy of that file shows itself.
CREATE TABLE keep (
    one              INTEGER PRIMARY KEY CHECK (one = 1),
    generation       INTEGER NOT NULL,
    relay_operations INTEGER NOT NULL,
    seen_unix_ms     INTEGER NOT NULL           -- the latest that the wall clock is known to have shown
) STRICT;
INSERT INTO keep VALUES (1, 0, 0, 0);

-- Everything that went into the core while a session ran, in parts of some seconds; part 0 is the head.
-- The format is that of soothe-wire's recording.rs.
CREATE TABLE recordings (
    session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    part       INTEGER NOT NULL,
    bytes      BLOB    NOT NULL,
    PRIMARY KEY (session_id, part)
) STRICT, WITHOUT ROWID;
