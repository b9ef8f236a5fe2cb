-- The profile that a person chose: what is left of it when the file beside the log is lost.
ALTER TABLE keep ADD COLUMN profile TEXT NOT NULL DEFAULT 'default'
    CHECK (profile IN ('default', 'sensitive', 'cautious'));
