-- What the person calls the pad that a tuning heats.
ALTER TABLE sessions ADD COLUMN pad_name TEXT;

-- What tunings found out about pads; the one in use, if there is one, is used by every heat session.
CREATE TABLE tunings (
    session_id    INTEGER PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    found_unix_ms INTEGER NOT NULL,
    power_w       REAL    NOT NULL,
    mass          REAL    NOT NULL,             -- in times the reference pad's, as the loss
    loss          REAL    NOT NULL,
    rms_k         REAL    NOT NULL,             -- what the model leaves unexplained of the readings
    power_sd_w    REAL    NOT NULL,
    mass_sd       REAL    NOT NULL,
    loss_sd       REAL    NOT NULL,
    in_use        INTEGER NOT NULL CHECK (in_use IN (0, 1))
) STRICT;

CREATE UNIQUE INDEX tuning_in_use ON tunings (in_use) WHERE in_use = 1;
