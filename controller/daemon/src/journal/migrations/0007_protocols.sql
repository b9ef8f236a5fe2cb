-- A phase that does not heat has no set-point, nor has a session without heat.
ALTER TABLE sessions ADD COLUMN heats_to_c REAL;
UPDATE sessions SET heats_to_c = target_c;
ALTER TABLE sessions DROP COLUMN target_c;
ALTER TABLE sessions RENAME COLUMN heats_to_c TO target_c;

ALTER TABLE samples ADD COLUMN heats_to_c REAL;
UPDATE samples SET heats_to_c = target_c;
ALTER TABLE samples DROP COLUMN target_c;
ALTER TABLE samples RENAME COLUMN heats_to_c TO target_c;
