-- Whether the tuning itself or a session since has shown that this pad is the one that is used.
ALTER TABLE tunings ADD COLUMN proven INTEGER NOT NULL DEFAULT 0;
