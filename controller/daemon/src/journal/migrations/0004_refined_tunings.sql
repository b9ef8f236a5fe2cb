-- What the sessions since a tuning have made of it; before the first, what it found.
ALTER TABLE tunings ADD COLUMN now_power_w REAL;
ALTER TABLE tunings ADD COLUMN now_mass REAL;
ALTER TABLE tunings ADD COLUMN refined_by INTEGER NOT NULL DEFAULT 0;   -- so many sessions
