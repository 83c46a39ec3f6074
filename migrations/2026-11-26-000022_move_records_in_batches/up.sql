-- A change of divisions holds at once; open records follow in batches. Changes of before moved everything at once.
ALTER TABLE division_changes
    ADD COLUMN status text NOT NULL DEFAULT 'completed',
    ADD COLUMN stuck_count bigint NOT NULL DEFAULT 0,
    ADD COLUMN stuck jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN completed_at timestamptz,
    ADD COLUMN moves jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN "position" integer NOT NULL DEFAULT 0,
    ADD COLUMN moved_up_to uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    ADD COLUMN moved_before bigint NOT NULL DEFAULT 0,
    ADD COLUMN next_step_at timestamptz;
UPDATE division_changes SET completed_at = created_at;
ALTER TABLE division_changes
    ALTER COLUMN status DROP DEFAULT,
    ALTER COLUMN stuck_count DROP DEFAULT,
    ALTER COLUMN stuck DROP DEFAULT,
    ALTER COLUMN moves DROP DEFAULT,
    ALTER COLUMN "position" DROP DEFAULT,
    ALTER COLUMN moved_up_to DROP DEFAULT,
    ALTER COLUMN moved_before DROP DEFAULT,
    ADD CONSTRAINT division_changes_status_known CHECK (status IN ('moving', 'completed')),
    ADD CONSTRAINT division_changes_completed_or_going_on CHECK (CASE status
        WHEN 'moving' THEN completed_at IS NULL AND next_step_at IS NOT NULL
        ELSE completed_at IS NOT NULL AND next_step_at IS NULL END);
CREATE INDEX division_changes_going_on ON division_changes (next_step_at) WHERE next_step_at IS NOT NULL;
