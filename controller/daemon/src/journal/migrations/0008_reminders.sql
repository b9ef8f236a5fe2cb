-- What a person wants to be reminded of. `asked` is the request as JSON; `told` is the newest time that was
-- announced, in minutes of the wall clock since 1970, so that none is announced twice.
CREATE TABLE reminders (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    made_unix_ms INTEGER NOT NULL,
    asked        TEXT NOT NULL,
    told         INTEGER NOT NULL
) STRICT;
